"""Which cells are typed for a change, and which are left alone."""

from __future__ import annotations

from salesplan_xl.hosts.live.planning import Block, blocks, columns_after
from salesplan_xl.workbook.cells import Cell, CellTable, FormulaCell, TableChanges


def table(**columns: list[Cell]) -> CellTable:
    """A table on a sheet, its first data cell in B4."""
    return CellTable("visits", "8 Budget", 4, 2, columns)


def planned(before: CellTable, changes: TableChanges) -> list[Block]:
    """What is typed."""
    return list(blocks(list(before.columns.values()), columns_after(before, changes)))


def test_only_the_changed_cells_are_typed() -> None:
    before = table(rep=["Ana", "Ben", "Cleo"], visits=[1.0, 2.0, 3.0])
    assert planned(before, TableChanges(range(3), {(1, "visits"): 5.0})) == [Block(1, 1, [(5.0,)])]
    assert planned(before, TableChanges(range(3), {(1, "visits"): 2.0})) == []
    assert planned(before, TableChanges([0, 1])) == []


def test_a_truth_is_not_the_number_it_is_equal_to() -> None:
    before = table(visits=[1.0])
    assert planned(before, TableChanges([0], {(0, "visits"): True})) == [Block(0, 0, [(True,)])]


def test_columns_that_change_in_the_same_rows_are_typed_together() -> None:
    before = table(rep=["Ana", "Ben"], visits=[1.0, 2.0], price=[3.0, 3.0])
    assert planned(before, TableChanges([1, 0])) == [Block(0, 0, [("Ben", 2.0), ("Ana", 1.0)])]
    new = TableChanges([0, 1, -1], {}, [{"rep": "Cleo", "price": 4.0}])
    assert planned(before, new) == [Block(2, 0, [("Cleo", None, 4.0)])]


def test_formulas_that_stand_where_they_belong_are_left_alone() -> None:
    totals: list[Cell] = [FormulaCell(f"C{row}*2", 0.0) for row in (4, 5, 6)]
    before = table(visits=[1.0, 2.0, 3.0], total=totals)
    assert planned(before, TableChanges([2, 0])) == [Block(0, 0, [(3.0,), (1.0,)])]
    grown = TableChanges([0, 1, 2, -1, -2], {}, [{"visits": 4.0}, {"total": 9.0}])
    assert planned(before, grown) == [Block(3, 0, [(4.0,), (None,)]), Block(4, 1, [(9.0,)])]


def test_a_formula_of_its_own_moves_with_its_row() -> None:
    before = table(total=[FormulaCell("C4*2", 0.0), 7.0, FormulaCell("C6+1", 0.0)])
    moved = [(FormulaCell("C4+1", 0.0),), (FormulaCell("C5*2", 0.0),)]
    assert planned(before, TableChanges([2, 0])) == [Block(0, 0, moved)]


def test_many_changed_cells_with_others_between_are_typed_in_one_go_but_for_formulas() -> None:
    cells: list[Cell] = [float(row) for row in range(100)]
    every_second = {(row, "visits"): -1.0 for row in range(0, 100, 2)}
    (typed,) = planned(table(visits=cells), TableChanges(range(100), every_second))
    assert (typed.row, len(typed.rows), typed.rows[:3]) == (0, 99, [(-1.0,), (1.0,), (-1.0,)])
    cells[51] = FormulaCell("C4", 0.0)
    parts = planned(table(visits=cells), TableChanges(range(100), every_second))
    assert [(part.row, len(part.rows)) for part in parts] == [(0, 51), (52, 47)]
