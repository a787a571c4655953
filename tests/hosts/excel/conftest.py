"""Excel's macros for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.excel.matrix import Excel
from tests.hosts.excel.windows import Windows


@pytest.fixture(scope="session")
def excel() -> Iterator[Excel]:
    """One process for all calls: it takes two seconds to start."""
    with Windows() as windows:
        yield Excel(windows)
