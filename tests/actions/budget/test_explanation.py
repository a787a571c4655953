"""Why a cell of the budget has its value: share, weight, targets, holds, transfers, operations and what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions.budget.explanation import Explanation, explain_cell, explain_words
from salesplan_xl.workbook.problems import RefusalError
from tests.actions.setting import DAY, run, small_plan
from tests.memory_book import MemoryBook, Row

TARGETS: list[Row] = [
    {"amount": 2000},
    {
        "territory": "North",
        "period": "Q1",
        "amount": 700,
        "author": "Board",
        "mechanism": "top-down",
        "note": "new shop",
    },
]
HOLDS: list[Row] = [
    {
        "territory": "South",
        "rep": "Ben",
        "period": DAY(2026, 1, 1),
        "amount": 100,
        "owner": "Ben",
        "reason": "signed",
        "held_on": DAY(2026, 1, 2),
    }
]


def spread_plan() -> MemoryBook:
    """
    The small plan with two targets and a hold, spread.

    Weights are half history, half the season of both: January 400, February 600 of 1,000, and Ana 400, Ben 600. Ana's
    January weighs (300 + 0.4 * 400) / 2 = 230, her February (100 + 0.6 * 400) / 2 = 170. Her quarter of 700 is spread
    230 to 170: 402.50 and 297.50. Ben has 100 held in January and what is left of 2,000 in February: 1,200.
    """
    book = small_plan(budget_targets=TARGETS, budget_holds=HOLDS)
    run(book, "disaggregate")
    return book


def why(book: MemoryBook, table: str, row: int, column: str) -> Explanation:
    """What is told of a cell."""
    sheet, _, cell = book.place(table, row, column).rpartition("!")
    return explain_cell(book, sheet, cell)


def asked(book: MemoryBook, period: str | None, territory: str | None, rep: str | None) -> Explanation:
    """What is told of a part that words name."""
    return explain_words(book, {"period": period, "territory": territory, "rep": rep})


def facts(told: Explanation, kind: str) -> list[Any]:
    """The values of the facts of a kind."""
    return [fact.values for fact in told.facts if fact.kind == kind]


def test_a_line_tells_its_value_its_shares_and_what_it_would_have_by_weights_alone() -> None:
    told = why(spread_plan(), "budget_lines", 0, "budget")
    assert (told.name, told.cents) == ("2026-01 / North / Ana", 40_250)
    assert told.sentences[0] == "2026-01 / North / Ana: 402.50, one budget line."
    assert told.sentences[-2:] == [
        # of 402.50 + 100, of 700 twice, of 2,000
        "Share: 80.10% of 2026-01 (502.50), 57.50% of North (700.00), 57.50% of Ana (700.00), "
        "20.12% of the year (2,000.00).",
        "Weight: 230.00, 23.00% of all; basis: history (1); history 300.00. "
        "By weights alone it would have 460.00 of the year's 2,000.00.",  # 23 % of 2,000
    ]


def test_every_column_of_a_row_asks_for_the_same_part() -> None:
    book = spread_plan()
    assert why(book, "budget_lines", 3, "weight") == why(book, "budget_lines", 3, "month")


def test_targets_are_told_with_amount_author_and_note_those_that_cover_the_part_first() -> None:
    book = spread_plan()
    line, year = why(book, "budget_lines", 0, "budget"), why(book, "budget_targets", 0, "planned")
    assert [(one["how"], one["node"], one["amount"], one["planned"]) for one in facts(line, "target")] == [
        ("covers it", "the grand total", 2000.0, 2000.0),
        ("covers it", "Q1 / North", 700.0, 700.0),
    ]
    place = book.place("budget_targets", 1, "amount")
    assert f"Target at {place} lies within it: Q1 / North, exactly 700.00 (top-down, Board, new shop); " in "".join(
        year.sentences
    )


def test_a_target_that_shares_some_lines_with_the_part_crosses_it() -> None:
    told = asked(spread_plan(), "2026-02", None, None)
    assert [one["how"] for one in facts(told, "target")] == ["covers it", "crosses it"]


def test_holds_are_told_with_owner_day_and_reason_and_the_line_says_that_it_is_held() -> None:
    book = spread_plan()
    told = why(book, "budget_holds", 0, "owner")
    place = book.place("budget_holds", 0, "amount")
    assert f"Hold at {place} covers it: 2026-01 / South / Ben, 100.00 (Ben, 2026-01-02, signed)." in told.sentences
    assert "Held: 1 of 1 lines." in told.sentences


def test_a_hold_without_an_amount_keeps_what_is_planned() -> None:
    book = spread_plan()
    book.type_row("budget_holds", {"territory": "North", "owner": "Ana", "reason": "agreed"})
    assert [one["amount"] for one in facts(asked(book, None, "North", None), "hold")] == ["as it was planned"]


def test_operations_are_told_with_number_who_when_and_both_amounts_the_last_first() -> None:
    book = spread_plan()
    book.type("budget_targets", 1, "amount", 800)
    run(book, "disaggregate")
    told = why(book, "budget_lines", 0, "budget")
    # 800 spread 230 to 170: 460.00
    assert [(one["number"], one["old"], one["new"]) for one in facts(told, "operation")] == [
        (2, 402.5, 460.0),
        (1, None, 402.5),
    ]
    assert "Operation 2, Disaggregate (ana, 2026-01-05 09:30:00): 402.50 -> 460.00." in told.sentences
    assert "Operation 1, Disaggregate (ana, 2026-01-05 09:30:00): no line -> 402.50." in told.sentences


def test_an_operation_on_many_lines_tells_how_many_and_by_how_much_together() -> None:
    book = spread_plan()
    book.type("budget_targets", 1, "amount", 800)
    run(book, "disaggregate")
    told = asked(book, None, "North", None)
    # Ana's January and February change, her ten months without history stay at zero
    first, second = facts(told, "operation")
    assert (first["count"], first["lines"], first["change"]) == (2, 12, 100.0)
    assert (second["count"], second["change"]) == (12, 700.0)


def test_an_undo_is_told_with_what_it_takes_back() -> None:
    book = spread_plan()
    book.type("budget_targets", 1, "amount", 800)
    run(book, "disaggregate")
    run(book, "undo")
    told = why(book, "budget_lines", 0, "budget")
    undo, *_ = facts(told, "operation")
    assert (undo["number"], undo["old"], undo["new"]) == (3, 460.0, 402.5)
    assert any("takes back operation 2: 460.00 -> 402.50." in sentence for sentence in told.sentences)


def test_an_amount_typed_over_is_told_with_what_the_last_operation_left() -> None:
    book = spread_plan()
    book.type("budget_lines", 0, "budget", 333)
    place = book.place("budget_lines", 0, "budget")
    sentence = f"Typed over at {place}: the last operation left 402.50, now it is 333.00."
    for told in (why(book, "budget_lines", 0, "budget"), asked(book, None, "North", None)):
        assert told.sentences[1] == sentence
    assert not facts(asked(book, None, "South", None), "typed")


def test_what_the_journal_no_longer_keeps_is_said_and_not_guessed() -> None:
    book = small_plan(budget_targets=TARGETS)
    book.write_name("undo_keep", 0.0)
    run(book, "disaggregate")
    told = why(book, "budget_lines", 0, "budget")
    assert told.sentences[1:3] == [
        "Made by no operation that the undo journal keeps: 1 of 1 lines. They were typed, or are older.",
        "Operations that changed budget lines and whose values the undo journal no longer keeps: 1.",
    ]


def test_a_transfer_is_told_to_both_sides_with_its_reason_and_the_operation_that_did_it() -> None:
    book = spread_plan()
    book.type_row(
        "transfers",
        {
            "from_territory": "North",
            "to_territory": "South",
            "period": DAY(2026, 2, 1),
            "amount": 50,
            "reason": "moved",
            "owner": "Ana",
            "date": DAY(2026, 1, 4),
        },
    )
    waits = asked(book, None, "North", None)
    assert [one["operation"] for one in facts(waits, "transfer")] == [0]
    run(book, "transfer")
    place = book.place("transfers", 0, "amount")
    for territory, way in (("North", "out of"), ("South", "into")):
        assert (
            f"Transfer at {place}, operation 2: 50.00 {way} it, from North to South, 2026-02 (Ana, 2026-01-04, moved)."
            in asked(book, None, territory, None).sentences
        )
    assert "50.00 within it" in "".join(asked(book, None, None, None).sentences)
    assert not facts(why(book, "budget_lines", 0, "budget"), "transfer")  # January is not touched by it


def test_the_summaries_by_territory_and_rep_ask_for_what_they_sum() -> None:
    book = spread_plan()
    assert why(book, "budget_by_territory", 1, "budget").cents == 130_000  # 100 + 1,200
    told = why(book, "budget_by_rep", 0, "variance")
    assert (told.name, told.cents) == ("Ana", 70_000)


def test_more_than_five_of_a_kind_are_counted_for_people_and_all_told_to_programs() -> None:
    book = spread_plan()
    for line in range(8):
        book.type("budget_lines", line, "budget", 1 + line)
    told = asked(book, None, None, None)
    assert sum(sentence.startswith("Typed over") for sentence in told.sentences) == 5
    assert "... and 3 more of this kind." in told.sentences
    assert len(facts(told, "typed")) == 8


@pytest.mark.parametrize(
    ("sheet", "cell", "code"),
    [
        pytest.param("8 Budget", "ZZ1", "E-WHY-CELL", id="beside the tables"),
        pytest.param("Sales", "C9", "E-WHY-CELL", id="another sheet"),
        pytest.param("8 Budget", "budget", "E-WHY-ADDRESS", id="no address"),
    ],
)
def test_a_cell_that_is_no_part_of_the_budget_is_refused(sheet: str, cell: str, code: str) -> None:
    with pytest.raises(RefusalError) as refusal:
        explain_cell(spread_plan(), sheet, cell)
    assert [one.code for one in refusal.value.problems] == [code]


def test_a_blank_row_and_a_row_without_lines_are_refused() -> None:
    book = small_plan(budget_holds=[])
    run(book, "disaggregate")
    sheet, _, cell = book.place("budget_holds", 0, "amount").rpartition("!")
    with pytest.raises(RefusalError, match="a row that is blank"):
        explain_cell(book, sheet, cell)
    with pytest.raises(RefusalError, match="no budget line for North / Ben"):
        asked(book, None, "North", "Ben")


def test_words_that_are_no_names_of_the_plan_are_all_told_with_the_nearest() -> None:
    with pytest.raises(RefusalError) as refusal:
        asked(spread_plan(), "2027-01", "Nort", "Anna")
    assert [(one.code, one.expected) for one in refusal.value.problems] == [
        ("E-WHY-UNKNOWN", "a period of the plan, such as 2026-01, 2026-12, 2026-11"),
        ("E-WHY-UNKNOWN", "a territory of the plan, such as North"),
        ("E-WHY-UNKNOWN", "a rep of the plan, such as Ana"),
    ]


@settings(deadline=None, max_examples=25)
@given(
    amounts=st.lists(st.integers(0, 10**6), min_size=1, max_size=3),
    typed=st.dictionaries(st.integers(0, 23), st.integers(0, 10**6), max_size=3),
)
def test_operations_and_typing_together_make_up_the_value(amounts: list[int], typed: dict[int, int]) -> None:
    book = small_plan()
    for amount in amounts:
        book.type("budget_targets", 0, "amount", amount)
        run(book, "disaggregate")
    for line, amount in typed.items():
        book.type("budget_lines", line, "budget", amount)
    told = asked(book, None, None, None)
    done = sum(one["change"] for one in facts(told, "operation"))
    since = sum(one["now"] - one["left"] for one in facts(told, "typed"))
    assert round(100 * (done + since)) == told.cents
