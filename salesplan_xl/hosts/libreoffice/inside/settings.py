"""What was written beside these modules at installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FILE = "settings.json"


def settings() -> Any:
    """
    Read the settings.

    Returns
    -------
    dict
        What `salesplan_xl.hosts.libreoffice.extension.Settings` says, as JSON.
    """
    return json.loads(Path(__file__).with_name(_FILE).read_text(encoding="utf-8"))
