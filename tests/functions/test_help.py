"""Help is derived from the specification; the reference page is what the functions say."""

from __future__ import annotations

from pathlib import Path

import udfs
from salesplan_xl.functions.help import as_markdown, as_text, describe

ROOT = Path(__file__).parents[2]


def test_the_reference_page_is_what_the_functions_say() -> None:
    page = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    assert page == as_markdown(udfs.FUNCTIONS), "write it anew: salesplan-xl functions --markdown > docs/functions.md"


def test_text_and_data_name_every_argument() -> None:
    for function in udfs.FUNCTIONS:
        text, data = as_text(function), describe(function)
        assert text.startswith(function.signature)
        for argument in function.arguments:
            assert argument.help in text
            assert argument.name in str(data["arguments"])
