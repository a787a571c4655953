"""What people look at on 8 Budget: months by region, shaded by size and stacked in a chart, and links to all tables."""

from __future__ import annotations

import datetime
import io
import itertools
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from salesplan_xl.actions import ACTIONS
from salesplan_xl.entry.plans import new_book, recalculate
from salesplan_xl.sample.company import Company
from salesplan_xl.template.layout import lay_out
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import SHEETS
from tests.small_plan import company

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LAYOUT = lay_out(SHEETS, [action.specification for action in ACTIONS.values()], catalogue())
TITLE = "8 Budget"
MARK = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
# a country that is called as a region is: only what stands at the top of a path is a region
PATHS = {
    "A": ("East", "X"),
    "B": ("West", "East"),
    "C": ("East", None),
    "D": ("South", "X"),
    "E": ("North", "X"),
    "F": ("Isles", "X"),
    "G": (None, "Z"),
}


def regions() -> Company:
    """Seven territories in five regions, and one without; a budget of 1, 10, 100 ... in July, of 5 for A in August."""
    small = company()
    july, august = (datetime.date(2026, month, 1) for month in (7, 8))
    rows = [(july, territory, 10.0**number) for number, territory in enumerate(PATHS)] + [(august, "A", 5.0)]
    lines = pd.DataFrame(rows, columns=["month", "territory", "budget"]).astype({"month": "datetime64[s]"})
    paths = {territory: MARK.join(["", *filter(None, [*above, territory]), ""]) for territory, above in PATHS.items()}
    listed = [(territory, country, region) for territory, (region, country) in PATHS.items()]
    tables = {
        **small.tables,
        "territories": pd.DataFrame(listed, columns=["territory", "country", "region"]),
        "budget_lines": lines.assign(rep="Ana", geography=lines["territory"].map(paths), managers=f"{MARK}Ana{MARK}"),
    }
    return Company(small.facts, tables, small.history, small.actuals)


@pytest.fixture(scope="module")
def sheet() -> Worksheet:
    """8 Budget of that plan, with stored values."""
    book = new_book("en", regions(), "plan.xlsx")
    recalculate(book)
    opened: Worksheet = openpyxl.load_workbook(io.BytesIO(book.to_bytes()), data_only=True)[TITLE]
    return opened


def cell(sheet: Worksheet, column: str, row: int = 0) -> Any:
    """A cell of the grid; row 0 is the header, 1 the first month, 13 the total."""
    place = LAYOUT.grid_header("by_region", column).rpartition("!")[2].replace("$", "")
    return sheet[place].offset(row=row).value


COLUMNS = ("first", "second", "third", "fourth", "other", "total")


def test_the_first_four_regions_of_the_territories_have_a_column_each_and_the_rest_one_together(
    sheet: Worksheet,
) -> None:
    assert [cell(sheet, column) for column in COLUMNS] == ["East", "West", "South", "North", "Other", "Total"]
    # July: East is A and C, 1 + 100; West is B, 10; then D and E; other are F of the fifth region and G of none
    assert [cell(sheet, column, 7) for column in COLUMNS] == [101, 10, 1000, 10_000, 1_100_000, 1_111_111]
    assert [cell(sheet, column, 8) for column in COLUMNS] == [5, 0, 0, 0, 0, 5]
    assert [cell(sheet, column, 13) for column in COLUMNS] == [106, 10, 1000, 10_000, 1_100_000, 1_111_116]


def test_a_plan_without_regions_has_it_all_in_other() -> None:
    book = new_book("en", company(), "plan.xlsx")
    recalculate(book)
    sheet = openpyxl.load_workbook(io.BytesIO(book.to_bytes()), data_only=True)[TITLE]
    assert [cell(sheet, column) for column in COLUMNS[:4]] == 4 * ["\N{EN DASH}"]


def test_one_scale_of_colour_lies_over_all_regions_and_other_but_not_over_the_sum(sheet: Worksheet) -> None:
    first, last = (LAYOUT.grid_column("by_region", column).rpartition("!")[2] for column in ("first", "other"))
    area = f"{first.partition(':')[0]}:{last.partition(':')[2]}".replace("$", "")
    (shaded,) = [one for one in sheet.conditional_formatting if one.rules[0].type == "colorScale"]
    assert str(shaded.sqref) == area


def test_the_chart_stacks_the_regions_and_takes_their_names_from_the_headers() -> None:
    book = new_book("en", None, "plan.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))[TITLE]
    (chart,) = [one for one in sheet._charts if len(getattr(one, "ser", [])) == 5]
    assert chart.grouping == "stacked"
    headers = [LAYOUT.grid_header("by_region", column) for column in COLUMNS[:4]]
    assert [series.tx.strRef.f for series in chart.ser[:4]] == headers


def test_each_link_leads_to_the_heading_that_it_names(sheet: Worksheet) -> None:
    links = {one.value: one.hyperlink.location for one in sheet[4] if one.hyperlink}
    assert {"By month", "Targets", "Holds", "Budget lines", "Transfers", "By month and region"} <= links.keys()
    for text, location in links.items():
        title, _, place = location.rpartition("!")
        assert title == f"'{TITLE}'"
        assert str(sheet[place].value).startswith(text)


def test_no_link_is_cut_by_the_next(sheet: Worksheet) -> None:
    columns = [one.column for one in sheet[4] if one.value]
    widths, hidden = LAYOUT.widths(SHEETS[8]), LAYOUT.row_ids(SHEETS[8])
    for column, following in itertools.pairwise(columns):
        room = sum(widths.get(number, 8) for number in range(column, following) if number not in hidden)
        assert room > len(str(sheet.cell(4, column).value))
