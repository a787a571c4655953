"""Makes the pictures: `python -m tests.pictures` renders five pages of the demo plan, and its window in LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from salesplan_xl.entry.demo import make_demo
from salesplan_xl.entry.report import Report
from tests.command import salesplan
from tests.desk import Desk
from tests.files import tables
from tests.office import Office
from tests.screen import Screen

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
# page of the printed plan, and what is cut out of it at 110 dots an inch: left, top, width, height
PICTURES = {
    "home": (1, 40, 35, 1200, 580),
    "segments": (5, 30, 140, 1230, 740),
    "field_work": (16, 30, 55, 1230, 510),
    "budget": (21, 20, 15, 1240, 760),
    "evaluation": (38, 30, 50, 1230, 670),
}
WINDOW = (1280, 860)
NEW_TARGET = 45_000_000


def main() -> None:
    """Render the sheets and the window into docs/pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Office() as office:
        folder = Path(name)
        make_demo(folder, Report("demo"), lambda _: None)
        pages = office.pdf(folder / "plan.xlsm", folder / "plan.pdf", recalculate=False)
        for picture, (page, left, top, width, height) in PICTURES.items():
            cut = ["-x", left, "-y", top, "-W", width, "-H", height, "-f", page, "-l", page]
            command = ["pdftoppm", "-r", 110, "-png", "-singlefile", *cut, pages, FOLDER / picture]
            subprocess.run([str(part) for part in command], check=True)
        take_picture_of_window(folder / "plan.xlsm", folder / "profile")


def take_picture_of_window(plan: Path, profile: Path) -> None:
    """Type a new target, click on Disaggregate, and take a picture of what the window then shows."""
    assert salesplan("install", "--profile", profile).code == 0
    targets = tables(plan)["budget_targets"]
    with Screen(*WINDOW) as screen, Desk(profile=profile, screen=screen) as desk:
        desk.lay(plan)
        desk.show(targets.sheet, *WINDOW)
        desk.type({targets.cell("Amount", 0): NEW_TARGET})
        desk.settle()  # with every toolbar where it stays
        screen.click(desk.find("Disaggregate"))
        desk.told(take_away=False)
        screen.point(0, WINDOW[1] - 1)  # the button is no longer under the mouse
        desk.settle()
        screen.picture(FOLDER / "libreoffice.png")


if __name__ == "__main__":
    main()
