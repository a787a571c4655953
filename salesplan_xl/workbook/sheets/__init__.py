"""The declaration of the workbook: its sheets in order. Everything else about the workbook is derived from here."""

from __future__ import annotations

from collections.abc import Iterator

from salesplan_xl.workbook.schema import NamedCell, Settings, Sheet, Table
from salesplan_xl.workbook.sheets.budget import BUDGET_SHEET
from salesplan_xl.workbook.sheets.company import COMPANY_SHEET
from salesplan_xl.workbook.sheets.customers import CUSTOMERS_SHEET
from salesplan_xl.workbook.sheets.evaluation import EVALUATION_SHEET
from salesplan_xl.workbook.sheets.field_work import FIELD_WORK_SHEET
from salesplan_xl.workbook.sheets.hidden import PLAN_SHEET, UNDO_SHEET
from salesplan_xl.workbook.sheets.home import HOME
from salesplan_xl.workbook.sheets.log import LOG_SHEET
from salesplan_xl.workbook.sheets.sales import SALES_SHEET
from salesplan_xl.workbook.sheets.segments import MAP_SHEET, SEGMENTS_SHEET
from salesplan_xl.workbook.sheets.team import TEAM_SHEET

SHEETS = (
    HOME,
    COMPANY_SHEET,
    Sheet("products", step=2),
    SEGMENTS_SHEET,
    CUSTOMERS_SHEET,
    Sheet("approach", step=5),
    Sheet("campaigns", step=6),
    FIELD_WORK_SHEET,
    BUDGET_SHEET,
    TEAM_SHEET,
    EVALUATION_SHEET,
    SALES_SHEET,
    LOG_SHEET,
    PLAN_SHEET,
    UNDO_SHEET,
    MAP_SHEET,
)
"""The sheets of the workbook in order; steps without tables yet carry their explanation."""

TABLES: dict[str, Table] = {table.id: table for sheet in SHEETS for table in sheet.tables}
"""Every table by its id."""


def sheet_of(table_id: str) -> Sheet:
    """
    Find the sheet a table stands on.

    Parameters
    ----------
    table_id : str
        Id of a table.

    Returns
    -------
    Sheet
        The sheet.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    for sheet in SHEETS:
        if any(table.id == table_id for table in sheet.tables):
            return sheet
    raise KeyError(table_id)


def plan_cells() -> Iterator[NamedCell]:
    """
    Go through the plan's named cells; the options of actions are declared with the actions.

    Yields
    ------
    NamedCell
        Each of them, in sheet order.
    """
    for sheet in SHEETS:
        for block in sheet.blocks:
            if isinstance(block, Settings):
                yield from block.cells
