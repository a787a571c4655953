"""A screen that nobody looks at, with a mouse: windows are drawn on it, clicked, and taken pictures of."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

PROGRAMS = ("Xvfb", "xdotool", "import")
HOW_TO_INSTALL = "needs a screen of its own: Debian: apt-get install xvfb xdotool imagemagick"
SECONDS = 20


def screen_is_missing() -> bool:
    """Tell whether anything that a screen needs is not installed here."""
    return not all(map(shutil.which, PROGRAMS))


class Screen:
    """One screen; use it as a context manager."""

    def __init__(self, width: int, height: int) -> None:
        self._size = f"{width}x{height}x24"
        self._process: subprocess.Popen[bytes] | None = None
        self.display = ""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", self._size, "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as number:
            self.display = f":{number.readline().strip()}"  # a free number, said when the screen is ready
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(SECONDS)

    def click(self, area: Sequence[int]) -> None:
        """Click into the middle of an area: left, top, width and height."""
        left, top, width, height = area
        middle = [str(left + width // 2), str(top + height // 2)]
        self._run("xdotool", "mousemove", *middle, "click", "1")

    def point(self, left: int, top: int) -> None:
        """Move the mouse to a place."""
        self._run("xdotool", "mousemove", str(left), str(top))

    def picture(self, path: Path) -> Path:
        """Take a picture of all that is on it."""
        self._run("import", "-window", "root", "-define", "png:exclude-chunk=date,time", "-strip", str(path))
        return path

    def _run(self, *command: str) -> None:
        """Run a program on it."""
        variables = {**os.environ, "DISPLAY": self.display}
        subprocess.run(command, env=variables, check=True, capture_output=True, timeout=SECONDS)
