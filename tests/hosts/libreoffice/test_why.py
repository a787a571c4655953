"""The button *Why?* in LibreOffice: the selected cell of an open plan is explained above its sheet."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk import Desk
from tests.files import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.small_plan import SmallPlan

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def desk(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A LibreOffice with buttons, of its own."""
    own = shutil.copytree(profile, tmp_path_factory.mktemp("why") / "profile")
    with Desk(profile=own) as running:
        yield running


def test_a_budget_line_that_was_typed_over_is_explained_from_the_open_plan(desk: Desk, planned: SmallPlan) -> None:
    cell = tables(planned.plan)["budget_lines"].cell("Budget", 0)
    desk.lay(planned.plan)
    left = desk.cells(cell)["8 Budget"][cell.rpartition("!")[2]]["value"]
    desk.type({cell: 1.0})
    desk.select(cell)
    first, typed, operation, *_ = desk.pressed("why").splitlines()
    assert first == "2026-01 / North / Ana: 1.00, one budget line."
    assert typed == f"Typed over at {cell}: the last operation left {left:,.2f}, now it is 1.00."
    assert operation.startswith("Operation 2, Disaggregate (")


def test_a_cell_that_is_about_no_part_of_the_budget_says_which_are(desk: Desk, planned: SmallPlan) -> None:
    desk.lay(planned.plan)
    desk.select("8 Budget!B1")
    assert desk.pressed("why").startswith("Nothing is known of this cell: found a cell that is about no part")
