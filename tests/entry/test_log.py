"""What went wrong in a cell function stands in one log, whichever program asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOG_TWICE_IMPORTED = """
import importlib, logging
import salesplan_xl.entry.excel
importlib.reload(salesplan_xl.entry.excel)  # as xlwings does when the file changed
logging.getLogger("any").error("nobody foresaw this")
"""


def test_what_fails_for_excel_stands_in_the_log_once(tmp_path: Path) -> None:
    homes = dict.fromkeys(("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"), str(tmp_path))
    command = [sys.executable, "-I", "-c", LOG_TWICE_IMPORTED]
    done = subprocess.run(command, env=os.environ | homes, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    (log,) = tmp_path.rglob("salesplan-xl.log")
    assert log.read_text(encoding="utf-8").count("nobody foresaw this") == 1
