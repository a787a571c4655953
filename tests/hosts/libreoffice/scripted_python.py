"""Stands for the program behind the buttons: it does what the file `mode` in its folder says, and notes what it hears.

A press of `check` is done at once. Any other action works until there is a file `finish`, and then writes its id into
cell A1.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[-1])
CELL = {"sheet": "Plan", "area": [1, 1, 1, 1]}


def hear() -> dict[str, Any]:
    """The next line; there is none when LibreOffice has ended."""
    line = sys.stdin.readline()
    if not line:
        (FOLDER / "ended").touch()
        sys.exit()
    heard: dict[str, Any] = json.loads(line)
    return heard


def say(message: dict[str, Any]) -> None:
    """Say a line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def wish(verb: str, **arguments: Any) -> Any:
    """Wish something of the workbook."""
    say({"verb": verb, "arguments": arguments})
    return hear()


def answer(question: dict[str, Any], working: str) -> tuple[str, str, str]:
    """State, sentence, and the action that works from now on."""
    mode = (FOLDER / "mode").read_text()
    if mode == "hang":
        time.sleep(60)
    if mode == "die":
        os._exit(9)
    if mode == "die in the middle":
        wish("values", **CELL)
        os._exit(9)
    if mode == "die while writing":
        wish("set_calculation", mode="manual")
        wish("screen", updating=False, title="Half")
        wish("write", **CELL, rows=[["half"]])
        os._exit(9)
    if mode == "wish nonsense":
        return "done", f"Told: {wish('nonsense')['error']}", ""
    if "why" in question:
        return "done", f"{question['sheet']}!{question['why']} is what it is.", working
    if "cancel" in question:
        return "cancelled", f"{working} was stopped.", ""
    if "poll" in question:
        if not (FOLDER / "finish").exists():
            return "working", f"{working} is working.", working
        wish("write", **CELL, rows=[[working]])
        return "done", f"{working} is done.", ""
    pressed = question["press"]
    if working:
        return "refused", f"{working} is still working.", working
    if pressed == "check":
        wish("write", **CELL, rows=[["checked"]])
        return "done", "Checked.", ""
    return "working", f"{pressed} is working.", pressed


def main() -> None:
    """Answer until LibreOffice ends."""
    (FOLDER / "pid").write_text(str(os.getpid()))
    (FOLDER / "office").write_text(str(os.getppid()))
    working = ""
    while True:
        question = hear()
        with (FOLDER / "heard").open("a") as heard:
            heard.write(json.dumps(question) + "\n")
        state, sentence, working = answer(question, working)
        say({"id": question["id"], "state": state, "job": 1, "sentence": sentence, "share": 0.5})


if __name__ == "__main__":
    main()
