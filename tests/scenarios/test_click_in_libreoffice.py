"""A real click: a mouse presses a button of the toolbar in a window that is drawn, and the plan is filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command import salesplan
from tests.conftest import missing
from tests.desk import Desk
from tests.files import rows, tables
from tests.screen import HOW_TO_INSTALL, Screen, screen_is_missing

if TYPE_CHECKING:
    from tests.small_plan import SmallPlan

pytestmark = pytest.mark.office

WIDTH, HEIGHT = 1400, 900
TARGET = 123_456.78
SECONDS = 150


def test_a_click_on_a_button_fills_the_plan(planned: SmallPlan, tmp_path: Path) -> None:
    if screen_is_missing():
        missing(HOW_TO_INSTALL)
    targets = tables(planned.plan)["budget_targets"]
    own = tmp_path / "profile"  # not one that has been used: LibreOffice notes there where its windows stood
    assert salesplan("install", "--profile", own).code == 0
    with Screen(WIDTH, HEIGHT) as screen, Desk(time_limit=SECONDS + 30, profile=own, screen=screen) as desk:
        desk.lay(planned.plan)
        desk.show(targets.sheet, WIDTH, HEIGHT)
        desk.type({targets.cell("Amount", 0): TARGET})
        desk.settle()  # with every toolbar where it stays
        screen.click(desk.find("Disaggregate"))
        assert desk.told(SECONDS).startswith("Disaggregate changed 8 Budget: total 123,456.78")
        saved = desk.store(tmp_path / "saved.xlsx")
    assert round(sum(row["Budget"] for row in rows(saved, "budget_lines")["budget_lines"]), 2) == TARGET
