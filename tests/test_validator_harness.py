"""The Open XML validator: silent about a good file, plain about a bad one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.validator import Validator


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file as XlsxWriter writes it."""
    path = tmp_path / "good.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Plan").write("A1", 1)
    return path


def test_a_good_file_has_no_errors(validator: Validator, good: Path) -> None:
    assert validator.validate(good) == []


def test_a_broken_part_is_named_with_what_is_wrong(validator: Validator, good: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(b'<row r="1"', b'<row r="one"'))
    (error,) = validator.validate(broken)
    assert error.startswith("/xl/worksheets/sheet1.xml ")
    assert "invalid value 'one'" in error


def test_a_file_that_cannot_be_opened_is_an_error_too(validator: Validator, tmp_path: Path) -> None:
    text = tmp_path / "text.xlsx"
    text.write_text("no workbook")
    (error,) = validator.validate(text)
    assert error.startswith("file: ")
