"""The English catalogue of these tests also words the table they are made with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from salesplan_xl.workbook import labels
from tests.workbook.tables import LABELS


@pytest.fixture(autouse=True, scope="module")
def kinds_are_worded() -> Iterator[None]:
    """Let English headers be found for the table of every kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labels, "catalogue", lambda _: LABELS)
        yield
