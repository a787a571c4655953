"""Where things stand and how wide columns are, on a sheet small enough to count by hand."""

from __future__ import annotations

import pytest

from salesplan_xl.template.layout import Layout, lay_out
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.schema import Column, Grid, Kind, NamedCell, Settings, Sheet, Table

RATES = Settings("rates", "A1", (NamedCell("low", Kind.SHARE), NamedCell("high", Kind.SHARE)), label_columns=2)
MONTHS = Grid("months", "C2", (Column("month", width=9), Column("budget", width=20)), rows=3)
REPS = Table("reps", (Column("rep", width=10), Column("target", width=15)))
SHEET = Sheet("team", blocks=(RATES, MONTHS), tables=(REPS, Table("notes", (Column("note", width=30),))), tables_row=9)


@pytest.fixture
def layout() -> Layout:
    """The sheet laid out."""
    return lay_out([SHEET], [], catalogue())


def test_the_values_of_named_cells_stand_behind_their_labels(layout: Layout) -> None:
    # The heading is A1 and labels take A and B, so the values are C2 and C3.
    assert [(place.row, place.column) for _, place in layout.cells.values()] == [(2, 3), (3, 3)]
    assert layout.block_cells(RATES) == RATES.cells


def test_a_column_of_a_table_is_written_as_a_range_although_it_is_one_cell(layout: Layout) -> None:
    # Headings stand in row 9, headers in row 10, the blank row is 11; row ids in A, reps in B, targets in C.
    assert layout.table_column("reps", "target") == "'9 Team'!$C$11:$C$11"


def test_a_column_of_a_grid_is_its_cells_without_the_header(layout: Layout) -> None:
    assert layout.grid_column("months", "budget") == "'9 Team'!$D$4:$D$6"  # heading in row 2, headers in row 3


def test_a_column_that_is_not_declared_is_not_found(layout: Layout) -> None:
    with pytest.raises(KeyError, match="months has no column year"):
        layout.grid_column("months", "year")
    with pytest.raises(KeyError, match="reps has no column year"):
        layout.table_column("reps", "year")


def test_a_column_is_as_wide_as_the_widest_that_stands_in_it(layout: Layout) -> None:
    # A and E hold row ids (8). C has a table's column of 15 and a grid's of 9; D is the gap of 3 under a grid's 20.
    assert layout.widths(SHEET) == {1: 8, 2: 10, 3: 15, 4: 20, 5: 8, 6: 30, 7: 3}
    assert layout.row_ids(SHEET) == (1, 5)


def test_columns_are_measured_in_pixels(layout: Layout) -> None:
    # Seven pixels a character and five around: C 15 x 7 + 5 = 110, D 20 x 7 + 5 = 145.
    assert layout.pixels(SHEET, 3, 2) == 255
    assert layout.pixels(SHEET, 8, 1) == 64  # not declared, so of the standard 8.43 characters: 59.01 + 5
