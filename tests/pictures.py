"""Makes the README's pictures: `python -m tests.pictures` renders five pages of the demo plan with LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from salesplan_xl.entry.demo import make_demo
from salesplan_xl.entry.report import Report
from tests.office import Office

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
# page of the printed plan, and what is cut out of it at 110 dots an inch: left, top, width, height
PICTURES = {
    "home": (1, 40, 35, 1200, 580),
    "segments": (5, 30, 140, 1230, 740),
    "field_work": (16, 30, 55, 1230, 510),
    "budget": (21, 20, 15, 1240, 760),
    "evaluation": (27, 30, 50, 1230, 670),
}


def main() -> None:
    """Render the sheets into docs/pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Office() as office:
        folder = Path(name)
        make_demo(folder, Report("demo"), lambda _: None)
        pages = office.pdf(folder / "plan.xlsm", folder / "plan.pdf", recalculate=False)
        for picture, (page, left, top, width, height) in PICTURES.items():
            cut = ["-x", left, "-y", top, "-W", width, "-H", height, "-f", page, "-l", page]
            command = ["pdftoppm", "-r", 110, "-png", "-singlefile", *cut, pages, FOLDER / picture]
            subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    main()
