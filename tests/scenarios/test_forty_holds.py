"""Forty holds on three dimensions, sorted and filtered and saved in LibreOffice: spread again, every one is kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command import salesplan
from tests.desk import Desk
from tests.files import rows, tables
from tests.scenarios.held_plan import Hold, company, forty_holds
from tests.small_plan import write_planned_plan
from tests.typing_rows import type_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.held_plan import Leaf

pytestmark = pytest.mark.xdist_group("office")

SECONDS = 150
TOTAL = 1_234_567_89


@pytest.fixture(scope="module")
def desk(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A LibreOffice with functions and buttons, of its own: a second one with the same profile joins the first."""
    own = shutil.copytree(profile, tmp_path_factory.mktemp("desk") / "profile")
    with Desk(time_limit=SECONDS + 30, profile=own) as running:
        yield running


def budget(plan: Path) -> dict[Leaf, float]:
    """The budget lines by what they are for, and whatever their order."""
    lines = rows(plan, "budget_lines")["budget_lines"]
    return {(row["Month"].date(), row["Territory"], row["Rep"]): row["Budget"] for row in lines}


def body(plan: Path, table: str) -> str:
    """The rows of a table without its headers."""
    stored = tables(plan)[table]
    first, _, last = stored.ref.partition(":")
    return f"{stored.sheet}!{first.rstrip('0123456789')}{stored.first_row}:{last}"


def whole(plan: Path, table: str) -> str:
    """The rows of a table with its headers."""
    stored = tables(plan)[table]
    return f"{stored.sheet}!{stored.ref}"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Hold]]:
    """A plan that is spread, and the holds that are then typed into it."""
    plan = write_planned_plan(tmp_path_factory.mktemp("held"), company()).plan
    holds = forty_holds(rows(plan, "budget_lines")["budget_lines"])
    type_rows(plan, {"budget_holds": [hold.row for hold in holds]})
    return plan, holds


@pytest.fixture(scope="module")
def handled(held: tuple[Path, list[Hold]], desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan after somebody has sorted holds and lines, filtered the holds, saved it and closed it."""
    plan, _ = held
    stored = tables(plan)
    desk.lay(plan)
    lines, holds = (stored[name].columns.index for name in ("budget_lines", "budget_holds"))
    desk.sort(body(plan, "budget_lines"), lines("Budget"), ascending=False)
    desk.sort(body(plan, "budget_holds"), holds("Rep"))
    assert desk.filter(whole(plan, "budget_holds"), holds("Rep"), "Finn") > 20
    saved = desk.store(tmp_path_factory.mktemp("handled") / "plan.xlsx")
    desk.shut()
    return saved


def assert_kept(holds: list[Hold], before: dict[Leaf, float], after: dict[Leaf, float]) -> None:
    """Every hold is kept, the rest is another plan, and the total is what it was."""
    assert [hold.node for hold in holds if not hold.is_kept(before, after)] == []
    assert [hold.node for hold in holds if not hold.is_kept(before, before)] != []
    assert sum(round(amount * 100) for amount in after.values()) == TOTAL


def test_forty_holds_name_every_level_of_three_dimensions(held: tuple[Path, list[Hold]]) -> None:
    _, holds = held
    assert len(holds) == 40
    named = [{hold.node[axis] for hold in holds} for axis in range(3)]
    assert {"Maine", "US", "Europe", None} <= named[0]
    assert {"Ana", "Dora", "Finn", None} <= named[1]
    assert {"2026-06", "Q2", None} <= named[2]
    assert {hold.cents is None for hold in holds} == {True, False}
    assert len({sum(part is not None for part in hold.node) for hold in holds}) == 3  # nodes, and nodes that cross


def test_the_plan_that_was_handled_is_the_same_in_another_order(held: tuple[Path, list[Hold]], handled: Path) -> None:
    plan, _ = held
    assert budget(handled) == budget(plan)
    assert list(budget(handled)) != list(budget(plan))
    before, after = (rows(one, "budget_holds")["budget_holds"] for one in (plan, handled))
    assert before != after
    assert sorted(map(repr, before)) == sorted(map(repr, after))


def test_spread_again_in_libreoffice_every_hold_is_kept(
    held: tuple[Path, list[Hold]], handled: Path, desk: Desk, tmp_path: Path
) -> None:
    plan, holds = held
    desk.lay(handled)
    told = desk.pressed("disaggregate", seconds=SECONDS)
    assert told.startswith("Disaggregate changed 8 Budget: total 1,234,567.89"), told
    assert_kept(holds, budget(plan), budget(desk.store(tmp_path / "again.xlsx")))


def test_spread_again_in_the_closed_file_every_hold_is_kept_and_the_order_of_rows_does_not_matter(
    held: tuple[Path, list[Hold]], handled: Path, tmp_path: Path
) -> None:
    plan, holds = held
    spread = []
    for number, one in enumerate((plan, handled)):
        copy = Path(shutil.copy(one, tmp_path / f"{number}.xlsx"))
        told = salesplan("run", copy, "disaggregate", "--json")
        assert (told.code, told.codes) == (0, []), told.out
        spread.append(budget(copy))
    assert_kept(holds, budget(plan), spread[1])
    assert spread[0] == spread[1]
