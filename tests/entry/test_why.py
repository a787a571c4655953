"""Why on the command line: a cell or words in, sentences or one JSON document out, the file untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import salesplan
from tests.files import tables, type_into

if TYPE_CHECKING:
    from tests.small_plan import SmallPlan


def test_a_cell_is_explained_in_sentences_and_the_file_is_not_touched(planned: SmallPlan) -> None:
    before = planned.plan.read_bytes()
    told = salesplan("why", planned.plan, tables(planned.plan)["budget_lines"].cell("Budget", 0))
    assert told.code == 0, told.error
    first, *others = told.out.splitlines()
    assert first.startswith("2026-01 / North / Ana: ")
    assert any(line.startswith("Operation 2, Disaggregate") for line in others)
    assert planned.plan.read_bytes() == before


def test_a_cell_of_the_months_is_explained_as_the_sum_of_its_lines(planned: SmallPlan) -> None:
    told = salesplan("why", planned.plan, "8 Budget!C8", "--json")
    assert told.document["numbers"]["part"] == "2026-02"  # the plan begins in January, in row 7
    assert told.document["facts"][0]["count"] == 4


def test_a_cell_that_moved_away_from_its_place_is_not_guessed(planned: SmallPlan) -> None:
    told = salesplan("why", planned.plan, "8 Budget!C19", "--json")  # the total below the months
    assert (told.code, told.codes) == (1, ["E-WHY-CELL"])


def test_words_are_explained_as_one_document_for_programs(planned: SmallPlan) -> None:
    typed = tables(planned.plan)["budget_lines"].cell("Budget", 0)
    type_into(planned.plan, {typed: 1.0})
    told = salesplan("why", planned.plan, "--period", "Q1", "--territory", "North", "--json")
    assert told.code == 0
    assert told.document["numbers"]["part"] == "Q1 / North"
    (over,) = [fact for fact in told.document["facts"] if fact["kind"] == "typed"]
    assert (over["where"], over["now"]) == (typed, 1.0)


@pytest.mark.parametrize("words", [(), ("8 Budget!C8", "--period", "2026-01")])
def test_one_of_cell_and_words_must_be_given(planned: SmallPlan, words: tuple[str, ...]) -> None:
    told = salesplan("why", planned.plan, *words, "--json")
    assert (told.code, told.codes) == (1, ["E-WHY-NOTHING"])
