"""Makes the README's pictures: `python -m tests.pictures` renders two sheets of the demo plan with LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from salesplan_xl.entry.demo import make_demo
from salesplan_xl.entry.report import Report
from tests.office import Office

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
# page of the printed plan, and what is cut out of it at 110 dots an inch: left, top, width, height
PICTURES = {"home": (1, 40, 35, 1200, 580), "budget": (11, 20, 15, 1240, 760)}


def main() -> None:
    """Render the sheets into docs/pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Office() as office:
        folder = Path(name)
        make_demo(folder, Report("demo"), lambda _: None)
        pages = office.pdf(folder / "plan.xlsx", folder / "plan.pdf", recalculate=False)
        for picture, (page, left, top, width, height) in PICTURES.items():
            cut = ["-x", left, "-y", top, "-W", width, "-H", height, "-f", page, "-l", page]
            command = ["pdftoppm", "-r", 110, "-png", "-singlefile", *cut, pages, FOLDER / picture]
            subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    main()
