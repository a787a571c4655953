"""A plan as the command makes it, for each test to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import salesplan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def new_plan(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A plan of this version with macros; it takes a moment to make."""
    path = tmp_path_factory.mktemp("new") / "plan.xlsm"
    assert salesplan("new", path).code == 0
    return path.read_bytes()


@pytest.fixture
def plan(new_plan: bytes, tmp_path: Path) -> Path:
    """The plan, for a test to change."""
    path = tmp_path / "plan.xlsm"
    path.write_bytes(new_plan)
    return path
