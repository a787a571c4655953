"""Changes: what turns one state of a table into another, and back, to the byte."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.workbook import journal
from salesplan_xl.workbook.cells import Cell, CellTable, FormulaCell, TableChanges
from salesplan_xl.workbook.changes import (
    Change,
    apply,
    canonical_bytes,
    cell_changes,
    checksum,
    conflicts,
    difference,
    keep_order,
    plain,
    typed,
)
from salesplan_xl.workbook.codec import decode
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Column, Kind
from tests.workbook.tables import ENGLISH_HEADERS, KINDS, LABELS, cells, sound

JULY = datetime.date(2019, 7, 1)
FULL: dict[str, Cell] = {
    "text": "a",
    "whole": 3.0,
    "number": 0.1,
    "amount": 12.34,
    "day": 43647.0,
    "month": 43647.0,
    "choice": "given",
}


def rows_of(*rows: Mapping[str, Cell]) -> Rows:
    """The typed rows of a table."""
    return sound(list(rows))


# Worked answers


def test_two_equal_states_have_no_difference() -> None:
    before = rows_of(FULL, {})
    assert difference(before, before.frame.copy()) == []


@pytest.mark.parametrize(
    ("column", "value", "old", "new"),
    [
        pytest.param("text", "b", '"a"', '"b"', id="text"),
        pytest.param("text", None, '"a"', "null", id="text to blank"),
        pytest.param("text", 'say "ñ"', '"a"', '"say \\"ñ\\""', id="quotes and letters"),
        pytest.param("number", 0.1 + 0.2, "0.1", "0.30000000000000004", id="a number to its last bit"),
        pytest.param("amount", np.nan, "12.34", "null", id="number to blank"),
        pytest.param("day", pd.Timestamp(2020, 2, 29), '"2019-07-01"', '"2020-02-29"', id="date"),
        pytest.param("month", pd.NaT, '"2019-07-01"', "null", id="date to blank"),
        pytest.param("choice", "refused", '"given"', '"refused"', id="choice"),
    ],
)
def test_a_changed_cell_is_one_change(column: str, value: object, old: str, new: str) -> None:
    before = rows_of({}, FULL)
    after = before.frame.copy()
    after[column] = [after[column][0], value]
    assert difference(before, after) == [Change("kinds", "r2", column, 1, old, new)]


def test_a_blank_that_is_filled_is_a_change_from_null() -> None:
    before = rows_of({})
    after = before.frame.copy()
    after["amount"] = 5.0
    assert difference(before, after) == [Change("kinds", "r1", "amount", 0, "null", "5.0")]


def test_rows_that_go_and_come_are_one_change_each_with_all_they_hold() -> None:
    before = rows_of({"amount": 1.0}, {"amount": 2.0})
    after = pd.concat([before.frame.iloc[1:], rows_of({"row_id": "x", "day": 43647.0}).frame], ignore_index=True)
    assert difference(before, after) == [
        Change("kinds", "r1", "", 0, '{"name": "n1", "amount": 1.0}', ""),
        Change("kinds", "x", "", 1, "", '{"name": "n1", "day": "2019-07-01"}'),
    ]


def test_a_change_turned_round_has_old_for_new() -> None:
    assert Change("t", "r", "c", 3, "1", "2").reversed() == Change("t", "r", "c", 3, "2", "1")


def test_a_row_that_comes_back_stands_where_it_stood() -> None:
    before = rows_of({}, {}, {})
    changes = difference(before, before.frame.iloc[[0, 2]].reset_index(drop=True))
    after = apply(KINDS, before.frame, changes)
    back = apply(KINDS, after, [change.reversed() for change in changes])
    assert after["row_id"].tolist() == ["r1", "r3"]
    assert back["row_id"].tolist() == ["r1", "r2", "r3"]


def test_a_row_comes_back_even_when_the_table_has_become_shorter() -> None:
    row = Change("kinds", "back", "", 9, "", '{"name": "n9"}')
    assert apply(KINDS, rows_of({}).frame, [row])["row_id"].tolist() == ["r1", "back"]


def test_apply_leaves_what_it_was_given_as_it_was() -> None:
    before = rows_of({"amount": 1.0})
    apply(KINDS, before.frame, [Change("kinds", "r1", "amount", 0, "1.0", "2.0")])
    assert before.frame["amount"].tolist() == [1.0]


def test_rows_that_stay_keep_the_order_a_person_gave_them() -> None:
    before = rows_of({"row_id": "c"}, {"row_id": "a"}, {"row_id": "b"})
    after = rows_of(*({"row_id": row} for row in "axbyc")).frame
    assert keep_order(before, after)["row_id"].tolist() == ["c", "x", "a", "y", "b"]


# Conflicts


NOW: Mapping[str, Cell] = {"row_id": "r", "amount": 5.0, "text": "a"}
WHOLE = '{"name": "n1", "text": "a", "amount": 5.0}'


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(Change("kinds", "r", "amount", 0, "5.0", "6.0"), None, id="as it was left"),
        pytest.param(Change("kinds", "r", "amount", 0, "4.0", "6.0"), ("amount", "5.0"), id="edited"),
        pytest.param(Change("kinds", "r", "day", 0, "null", '"2019-07-01"'), None, id="still blank"),
        pytest.param(Change("kinds", "r", "text", 0, "null", '"b"'), ("text", '"a"'), id="filled"),
        pytest.param(Change("kinds", "gone", "amount", 0, "5.0", "6.0"), ("amount", ""), id="row of the cell is gone"),
        pytest.param(Change("kinds", "r", "", 0, WHOLE, ""), None, id="row to remove is as it was"),
        pytest.param(
            Change("kinds", "r", "", 0, WHOLE.replace("5", "4"), ""), ("amount", WHOLE), id="row to remove was edited"
        ),
        pytest.param(
            Change("kinds", "r", "", 0, '{"name": "n1", "amount": 5.0}', ""), ("text", WHOLE), id="a blank was filled"
        ),
        pytest.param(Change("kinds", "gone", "", 0, WHOLE, ""), ("", ""), id="row to remove is gone already"),
        pytest.param(Change("kinds", "new", "", 0, "", WHOLE), None, id="row to bring back is not there"),
        pytest.param(Change("kinds", "r", "", 0, "", WHOLE), ("", WHOLE), id="row to bring back is there already"),
    ],
)
def test_a_change_conflicts_if_something_else_stands_there_now(change: Change, found: tuple[str, str] | None) -> None:
    assert conflicts(KINDS, rows_of(NOW).frame, [change]) == ([] if found is None else [(change, *found)])


# What a host is told


def test_a_host_is_told_of_changed_cells_new_rows_and_the_order() -> None:
    rows: list[dict[str, Cell]] = [{"amount": 1.0}, {"row_id": None, "name": None}, {"choice": "given"}]
    before = decode(KINDS, cells(rows), LABELS)[0]
    after = before.frame.copy()
    after["amount"], after["choice"] = [1.0, 2.5], [None, "refused"]
    new = rows_of({"row_id": "x", "day": 43647.0}).frame
    changes = cell_changes(before, pd.concat([new, after.iloc[[1]]], ignore_index=True), LABELS)
    assert changes.rows == [-1, 2]
    assert changes.cells == {(2, "The amount"): 2.5, (2, "The choice"): "refused"}
    assert changes.added == [{"row_id": "x", "The name": "n1", "The day": 43647.0}]


def test_a_row_id_given_while_reading_is_written_with_the_first_change() -> None:
    before = sound([{"row_id": ""}, {"row_id": "r7"}])
    assert cell_changes(before, before.frame, LABELS).cells == {(0, "row_id"): "r1"}


def test_a_number_read_as_a_text_is_not_written_back_as_long_as_nobody_changes_it() -> None:
    before = sound([{"name": 275.0, "text": 1.0}])
    assert cell_changes(before, before.frame, LABELS).cells == {}


def test_changes_of_a_table_read_as_they_are_made() -> None:
    table = CellTable("t", "s", 2, 1, {"a": [1.0, 2.0, 3.0], "f": [FormulaCell("x", 1.0), None, None]})
    changes = TableChanges([2, -1, 0], {(0, "a"): None}, [{"a": "new"}])
    assert changes.apply(table).columns == {"a": [3.0, "new", None], "f": [None, None, FormulaCell("x", 1.0)]}


# Checksums


def test_a_checksum_sees_values_order_and_blanks() -> None:
    frame = rows_of(FULL, {}).frame
    states = [
        frame,
        frame.iloc[::-1],
        frame.assign(amount=[12.34, 0.0]),
        frame.assign(text=["a", "None"]),
        frame.assign(text=["a", "nan"]),
        frame.assign(day=frame["day"].shift(1)),
    ]
    assert len({checksum([(KINDS, state)]) for state in states}) == len(states)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        pytest.param("whole", np.array([3, 4], np.int64), id="whole numbers of 64 bits"),
        pytest.param("whole", np.array([3, 4], np.int32), id="whole numbers of 32 bits"),
        pytest.param("whole", np.array([3, 4], ">f8"), id="other byte order"),
        pytest.param("whole", np.array([3, 4], object), id="numbers as objects"),
        pytest.param("day", np.array([JULY, None], "datetime64[ns]"), id="nanoseconds"),
        pytest.param("day", np.array([JULY, None], "datetime64[us]"), id="microseconds"),
        pytest.param("day", [pd.Timestamp(JULY), pd.NaT], id="timestamps"),
        pytest.param("text", pd.array(["a", None], "str"), id="texts with nan for blank"),
        pytest.param("text", pd.array(["a", None], "string"), id="texts with NA for blank"),
        pytest.param("amount", np.array([-0.0, -np.nan]), id="minus zero and minus nan"),
    ],
)
def test_a_checksum_does_not_depend_on_how_a_computer_keeps_a_column(column: str, values: object) -> None:
    frame = rows_of({**FULL, "amount": 0.0}, {"whole": 4.0}).frame
    assert checksum([(KINDS, with_column(frame, column, values))]) == checksum([(KINDS, frame)])


def test_a_checksum_is_the_same_on_every_machine_and_in_every_release() -> None:
    assert checksum([(KINDS, rows_of(FULL, {}).frame)]) == "ab70054d393f4a5d"


def with_column(frame: pd.DataFrame, column: str, values: Any) -> pd.DataFrame:
    """The frame with other values in one column."""
    return frame.assign(**{column: values})


# Laws

NAMES = st.sampled_from(["", "a", "=1+1", "ñ", "null", '"', "12.5"])
VALUES: st.SearchStrategy[Mapping[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "text": NAMES,
        "whole": st.integers(0, 5).map(float),
        "number": st.floats(-1e300, 100),
        "amount": st.integers(0, 500).map(lambda count: count / 100),
        "day": st.integers(61, 99999).map(float),
        "choice": st.sampled_from(["given", "refused"]),
    },
)


@st.composite
def two_states(draw: st.DrawFn) -> tuple[Rows, pd.DataFrame]:
    """A table, and the same after rows were removed anywhere, cells changed and rows added at the end."""
    before = sound(draw(st.lists(VALUES, min_size=1, max_size=6)))
    kept = draw(st.lists(st.sampled_from(range(len(before.frame))), unique=True).map(sorted))
    rows: list[Mapping[str, Cell]] = []
    for row in kept:
        stands = {
            column: before.cells.columns[header][int(before.positions[row])]
            for column, header in ENGLISH_HEADERS.items()
            if column != "sum"
        }
        rows.append({**stands, **draw(VALUES)})
    new = draw(st.lists(VALUES, max_size=3))
    rows += [{"row_id": f"new{at}", "name": f"new{at}", **row} for at, row in enumerate(new)]
    return before, sound(rows).frame


@settings(max_examples=40, deadline=None)
@given(states=two_states())
def test_the_difference_leads_from_one_state_to_the_other_and_back(states: tuple[Rows, pd.DataFrame]) -> None:
    before, after = states
    changes = difference(before, after)
    there = apply(KINDS, before.frame, changes)
    assert canonical_bytes(KINDS, there) == canonical_bytes(KINDS, after)
    assert conflicts(KINDS, before.frame, changes) == []
    back = [change.reversed() for change in changes]
    assert conflicts(KINDS, there, back) == []
    assert canonical_bytes(KINDS, apply(KINDS, there, back)) == canonical_bytes(KINDS, before.frame)


@settings(max_examples=40, deadline=None)
@given(states=two_states())
def test_a_journal_gives_the_changes_back(states: tuple[Rows, pd.DataFrame]) -> None:
    changes = difference(*states)
    kept = pd.concat([journal.entries(7, []), journal.entries(8, changes), journal.entries(9, changes)])
    assert journal.changes(kept, 8) == changes


@settings(max_examples=40, deadline=None)
@given(states=two_states())
def test_a_host_that_makes_the_changes_reads_what_was_meant(states: tuple[Rows, pd.DataFrame]) -> None:
    before, after = states
    written = cell_changes(before, after, LABELS).apply(before.cells)
    read, problems = decode(KINDS, written, LABELS)
    assert problems == []
    assert canonical_bytes(KINDS, read.frame) == canonical_bytes(KINDS, after)
    assert cell_changes(read, after, LABELS).cells == {}


@settings(max_examples=40, deadline=None)
@given(states=two_states(), order=st.randoms(use_true_random=False))
def test_sorted_rows_come_back_in_their_order(states: tuple[Rows, pd.DataFrame], order: random.Random) -> None:
    before, after = states
    places = list(range(len(after)))
    order.shuffle(places)
    meant = keep_order(before, after.iloc[places].reset_index(drop=True))
    changes = difference(before, meant)
    there = apply(KINDS, before.frame, changes)
    assert canonical_bytes(KINDS, there) == canonical_bytes(KINDS, meant)
    back = apply(KINDS, there, [change.reversed() for change in changes])
    assert canonical_bytes(KINDS, back) == canonical_bytes(KINDS, before.frame)


@given(value=st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_plain_number_is_the_number_it_was(value: float | None) -> None:
    column = Column("x", Kind.NUMBER)
    assert plain(column, [typed(column, value)]) == [value]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_plain_blank_is_the_blank_it_was(kind: Kind) -> None:
    column = Column("x", kind)
    assert plain(column, [typed(column, None)]) == [None]


def test_every_column_that_is_stored_has_its_bytes() -> None:
    frame = rows_of(FULL).frame
    for column in KINDS.stored_columns:
        other = frame.assign(**{column.id: frame[column.id].shift(1)})
        assert canonical_bytes(KINDS, other) != canonical_bytes(KINDS, frame) or frame[column.id].isna().all()


def test_the_name_of_the_table_is_part_of_its_bytes() -> None:
    frame = rows_of(FULL).frame
    assert canonical_bytes(replace(KINDS, id="other"), frame) != canonical_bytes(KINDS, frame)


def test_a_number_that_a_program_cut_to_fifteen_digits_is_no_later_edit() -> None:
    before = rows_of(FULL)
    made = before.frame.assign(number=[0.1 + 0.2] * len(before.frame))  # 0.30000000000000004
    stored = before.frame.assign(number=[0.3] * len(before.frame))  # as LibreOffice saves it
    back = [change.reversed() for change in difference(before, made)]
    assert conflicts(KINDS, stored, back) == []
    assert len(conflicts(KINDS, stored.assign(number=0.31), back)) == len(back)
