"""Any list, whatever kind of file it is in."""

from __future__ import annotations

import hashlib
from pathlib import Path

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.package import MOST_FILE_BYTES, is_meant_as_workbook, read_file
from salesplan_xl.hosts.file.source.delimited import from_delimited
from salesplan_xl.hosts.file.source.sheet_lists import from_workbook
from salesplan_xl.workbook.cells import CellTable


def read_source(path: Path) -> tuple[CellTable, str]:
    r"""
    Read a list from a file.

    Parameters
    ----------
    path : Path
        A CSV file (also compressed, .csv.gz) in UTF-8, or in UTF-16 with a byte order mark, with comma, semicolon
        or tab between the fields; or an .xlsx or .xlsm workbook. In a workbook it is the first table of the
        first visible sheet, or else the cells of that sheet from the first row that is not blank.

    Returns
    -------
    cells : CellTable
        The list. Cells of a CSV are texts as they stand, blank ones `None`; its rows are counted as a spreadsheet
        would show them, and its sheet is ``""``. Blank rows at the end are left out, others kept.
    sha256 : str
        SHA-256 of the bytes it was read from.

    Raises
    ------
    RefusalError
        Listing what is wrong, each with its cell or line (the first twenty of a kind, then their number): a file
        that is no list, a header that is blank or stands twice, a line with too many or too few fields, a text
        longer than a cell can hold, more rows than a sheet, bytes that are no text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "orders.csv"
    ...     _ = path.write_text("order;amount\n1001;12,50\n", encoding="utf-8")
    ...     cells, _ = read_source(path)
    >>> cells.columns
    {'order': ['1001'], 'amount': ['12,50']}
    """
    content = read_file(path, MOST_FILE_BYTES)
    name, sha256 = path.name, hashlib.sha256(content).hexdigest()
    if is_meant_as_workbook(content, name):
        return from_workbook(FileBook.from_bytes(content, name), path.stem), sha256
    return from_delimited(content, name, path.stem), sha256
