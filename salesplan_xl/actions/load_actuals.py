"""Load actuals: order lines from a file into Sales, each line once, however often the file comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from salesplan_xl.actions.action import Action, Inputs, Progress, Result
from salesplan_xl.core.calendar import MONTHS_OF_YEAR, month_starts
from salesplan_xl.workbook.cells import Cell, CellTable, split_address
from salesplan_xl.workbook.codec import decode, from_text
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import ActionSpecification, Option
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.references import references
from salesplan_xl.workbook.rows import Rows, distinct
from salesplan_xl.workbook.schema import Column, Kind
from salesplan_xl.workbook.sheets.sales import SALES


def _compute(inputs: Inputs, _: Progress) -> Result:
    """Bring the lines of the file into Sales."""
    source = inputs.sources["source"]
    cells, problems = _under_our_headers(source.cells, inputs.labels)
    if not problems:
        loaded, problems = decode(SALES, cells, inputs.labels)
        problems += references(loaded, inputs.tables, inputs.labels)
    if any(one.stops for one in problems):
        return Result(problems=tuple(one.in_file(source.name) for one in problems))
    given = [column.id for column in SALES.columns if loaded.headers[column.id] in cells.column_numbers]
    merged = _merge(inputs.frame("sales"), loaded.frame, given)
    noticed = (*problems, *_noticed(loaded, inputs))
    return replace(merged, problems=tuple(one.in_file(source.name) for one in noticed))


def _noticed(loaded: Rows, inputs: Inputs) -> Iterator[Problem]:
    """What is worth a second look: customers nobody knows, and dates beyond the plan."""
    lines, known = loaded.frame, inputs.frame("customers")["customer"]
    strange = lines.loc[~lines["customer"].isin(known), "customer"]
    if len(known) and len(strange):
        table = inputs.labels.tables["customers"]["title"]
        yield problem("W-CUSTOMER-UNKNOWN", count=len(strange), value=strange.iloc[0], table=table)
    months = month_starts(inputs.day("plan_start"), MONTHS_OF_YEAR + 1)
    later = lines.loc[lines["date"] >= pd.Timestamp(months[-1]), "date"]
    if len(later):
        last = f"{pd.Timestamp(months[-2]):%Y-%m}"
        yield problem("W-DATE-LATER", count=len(later), value=f"{later.iloc[0]:%Y-%m-%d}", last=last)


def _under_our_headers(cells: CellTable, labels: Labels) -> tuple[CellTable, list[Problem]]:
    """The file's columns under the headers of Sales, blank where the file has none; what is missing or there twice."""
    by_name: dict[str, list[str]] = {}
    for name in cells.columns:
        by_name.setdefault(_simple(name), []).append(name)
    columns: dict[str, Sequence[Cell]] = {}
    numbers: dict[str, int] = {}
    problems = []
    for column in SALES.stored_columns:
        header = labels.header(SALES.id, column.id)
        found = _find(by_name, labels.headers_of(SALES.id, column.id))
        if not found and column.id == "line":  # a file without line numbers: one line a product
            found = _find(by_name, labels.headers_of(SALES.id, "product"))
        if not found or column.id == "row_id":
            columns[header] = [None] * cells.row_count
            if column.required:
                first = cells.place(-1, next(iter(cells.columns)))
                has = ", ".join(cells.columns)
                problems.append(problem("E-SOURCE-COLUMN", sheet=cells.sheet, cell=first, header=header, headers=has))
            continue
        columns[header] = _typed(column, cells.columns[found[0]], cells.sheet)
        numbers[header] = split_address(cells.place(0, found[0]))[1]
        problems += [
            problem(
                "E-SOURCE-HEADER-TWICE",
                sheet=cells.sheet,
                cell=cells.place(-1, other),
                header=other,
                first=cells.place(-1, found[0]),
            )
            for other in found[1:]
        ]
    ours = CellTable(cells.name, cells.sheet, cells.first_row, cells.first_column, columns, numbers)
    return ours, problems


def _simple(header: str) -> str:
    """A header without case, spaces and underscores: Unit price, unit_price and UnitPrice are one."""
    return header.casefold().replace(" ", "").replace("_", "")


def _find(by_name: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    """The file's headers for a column, by the first of its names that the file knows."""
    return next((by_name[_simple(name)] for name in names if _simple(name) in by_name), [])


def _typed(column: Column, cells: Sequence[Cell], sheet: str) -> Sequence[Cell]:
    """Texts read as the kind of their column, if they come from a file without types; a CSV has no sheet."""
    if sheet:
        return cells
    read: dict[Cell, Cell] = {text: from_text(column.kind, text) for text in set(cells) if isinstance(text, str)}
    return [read.get(cell, cell) for cell in cells]


def _merge(sales: pd.DataFrame, loaded: pd.DataFrame, given: list[str]) -> Result:
    """Bring known lines up to date in the columns the file has, and add new ones by date, order and line."""
    by_line = pd.Series(sales["row_id"].to_numpy(), index=pd.MultiIndex.from_frame(sales[["order", "line"]]))
    known = pd.MultiIndex.from_frame(loaded[["order", "line"]])
    is_known = known.isin(by_line.index)
    again = loaded[is_known].assign(row_id=by_line.reindex(known[is_known]).to_numpy())
    loaded = loaded.assign(width=loaded["line"].str.len())  # line 2 before line 10
    new = loaded[~is_known].sort_values(["date", "order", "width", "line"], kind="stable")
    new = new.assign(row_id=distinct(new["order"] + "/" + new["line"], sales["row_id"]))
    kept = sales.set_index("row_id", drop=False)
    values = [column for column in given if column not in ("order", "line")]
    again = again.set_index("row_id", drop=False)
    old = kept.loc[again.index, values]
    differs = ((old != again[values]) & ~(old.isna() & again[values].isna())).any(axis=1)
    kept.loc[again.index[differs], values] = again.loc[differs, values]
    after = pd.concat([kept, new[sales.columns]], ignore_index=True) if len(new) else kept.reset_index(drop=True)
    numbers = {
        "lines_read": len(loaded),
        "lines_added": len(new),
        "lines_updated": int(differs.sum()),
        "lines_unchanged": int(len(again) - differs.sum()),
        "amount_read": round(float(loaded["amount"].sum()), 2),
    }
    return Result(tables={SALES.id: after}, numbers=numbers)


ACTION = Action(
    ActionSpecification("load_actuals", "sales", "GetExternalDataFromText", (Option("source", Kind.FILE),)),
    reads=(SALES.id, "customers"),
    compute=_compute,
    total="sales.amount",
)
