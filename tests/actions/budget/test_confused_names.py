"""Names that the sums of the sheet would take for others are refused wherever the budget is worked on."""

from __future__ import annotations

from typing import Any

import pytest

from salesplan_xl.workbook.sheets.budget_dimensions import PATH_MARK
from tests.actions.setting import refused, run, small_plan

Place = tuple[str, int, str]
SAME_BUT = "only in capital letters, or as the same number written differently"


@pytest.mark.parametrize(
    ("tables", "place", "first", "found"),
    [
        pytest.param(
            {"territories": [{"territory": "North"}, {"territory": "South"}, {"territory": "north"}]},
            ("territories", 2, "territory"),
            ("territories", 0, "territory"),
            f"north, which differs from North in {{there}} {SAME_BUT}",
            id="capitals",
        ),
        pytest.param(
            {"territories": [{"territory": "North", "region": "SOUTH"}, {"territory": "South"}]},
            ("territories", 1, "territory"),
            ("territories", 0, "region"),
            f"South, which differs from SOUTH in {{there}} {SAME_BUT}",
            id="capitals-on-two-levels",
        ),
        pytest.param(
            {"team": [{"rep": name, "home_territory": "North"} for name in ("Ana", "Ben", "7", "007")]},
            ("team", 3, "rep"),
            ("team", 2, "rep"),
            f"007, which differs from 7 in {{there}} {SAME_BUT}",
            id="numbers",
        ),
        pytest.param(
            {"territories": [{"territory": "North", "country": f"A{PATH_MARK}B"}, {"territory": "South"}]},
            ("territories", 0, "country"),
            ("territories", 0, "country"),
            f"the sign {PATH_MARK} in the name A{PATH_MARK}B",
            id="mark",
        ),
    ],
)
@pytest.mark.parametrize("action", ["disaggregate", "check"])
def test_a_name_that_a_sum_takes_for_another_is_refused_at_its_cell(
    action: str, tables: dict[str, Any], place: Place, first: Place, found: str
) -> None:
    book = small_plan(**tables)
    (problem,) = refused(book, action)
    assert f"{problem.sheet}!{problem.cell}" == book.place(*place)
    there = book.place(*first).rpartition("!")[2]
    assert (problem.code[:8], problem.found) == ("E-NAMES-", found.format(there=there))


def test_names_alike_in_other_ways_are_names() -> None:
    """A country and a territory of one name, and names that only begin alike or are numbers of their own."""
    names = [{"territory": "North", "country": "North"}, {"territory": "South", "country": "Southern"}]
    team = [{"rep": "Ana"}, {"rep": "Ben"}, {"rep": "7"}, {"rep": "70"}, {"rep": "7e"}, {"rep": "inf"}, {"rep": "nan"}]
    assert run(small_plan(territories=names, team=team), "disaggregate").problems == ()
