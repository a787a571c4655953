"""The journal: changes of an operation as rows of a table."""

from __future__ import annotations

import json

import pytest

from salesplan_xl.workbook.changes import Change
from salesplan_xl.workbook.journal import FULL, changes, entries

CELL = Change("sales", "1/1", "amount", 0, "300.0", "310.0")


def came(row: str, position: int, text: str = "a") -> Change:
    """A row that came."""
    return Change("sales", row, "", position, "", json.dumps({"order": text}))


def test_a_changed_cell_is_one_entry() -> None:
    (entry,) = entries(3, [CELL]).to_dict("records")
    assert entry == {
        "row_id": "3.1",
        "operation": 3.0,
        "table": "sales",
        "row": "1/1",
        "column": "amount",
        "position": 0.0,
        "old": "300.0",
        "new": "310.0",
    }


def test_rows_that_came_together_share_an_entry() -> None:
    (entry,) = entries(3, [came("9/1", 4), came("9/2", 5)]).to_dict("records")
    assert [entry["row"], entry["position"], entry["column"], entry["old"]] == ["9/1", 4.0, None, None]
    assert entry["new"] == '[["9/1", 4, {"order": "a"}],["9/2", 5, {"order": "a"}]]'


def test_cells_of_a_column_that_changed_together_share_an_entry() -> None:
    more = Change("sales", "1/2", "amount", 1, "null", "5.5")
    other = Change("sales", "1/1", "product", 0, '"[a]"', "null")
    journal = entries(3, [CELL, more, other])
    first, second = journal.to_dict("records")
    assert [first["row"], first["column"], first["position"]] == ["1/1", "amount", 0.0]
    assert [first["old"], first["new"]] == ['[["1/1", 0, 300.0],["1/2", 1, null]]', "[310.0,5.5]"]
    assert [second["old"], second["new"]] == ['"[a]"', "null"]
    assert changes(journal, 3) == [CELL, more, other]


def test_cells_that_become_long_texts_never_fill_more_than_a_cell_can_hold() -> None:
    listed = [Change("sales", f"{at}", "product", at, "null", json.dumps("x" * 500)) for at in range(200)]
    journal = entries(3, listed)
    assert len(journal) == 4  # 59 texts of 503 characters fit into 30,000
    assert max(map(len, journal["new"])) <= FULL + 2
    assert changes(journal, 3) == listed


def test_rows_of_another_table_and_rows_that_went_have_entries_of_their_own() -> None:
    went = came("9/1", 4).reversed()
    listed = [went, came("9/2", 5), Change("team", "r1", "", 0, "", '{"rep": "Ana"}'), CELL]
    journal = entries(3, listed)
    assert len(journal) == 4
    assert changes(journal, 3) == listed


def test_an_entry_never_holds_more_than_a_cell_can() -> None:
    listed = [came(f"{at}", at, "x" * 500) for at in range(200)]
    journal = entries(3, listed)
    # 200 rows of about 530 characters: 56 fit into 30,000
    assert len(journal) == 4
    assert max(map(len, journal["new"])) <= FULL + 2
    assert changes(journal, 3) == listed


@pytest.mark.parametrize("operation", [1, 4])
def test_an_operation_that_is_not_kept_has_no_changes(operation: int) -> None:
    assert changes(entries(3, [CELL]), operation) == []


def test_an_operation_without_changes_has_no_entries() -> None:
    assert entries(3, []).empty
