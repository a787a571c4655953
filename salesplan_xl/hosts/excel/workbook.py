"""A workbook that Excel hands over, in the form in which xlwings works on it."""

from __future__ import annotations

import importlib
from typing import Any

import xlwings


def open_workbook(workbook: Any) -> xlwings.Book:
    """
    Take a workbook that Excel for Windows hands over.

    Parameters
    ----------
    workbook : object
        The workbook as pywin32 gives it.

    Returns
    -------
    xlwings.Book
        The same workbook. Nothing else keeps it, so that Excel can close it.
    """
    windows: Any = importlib.import_module("xlwings._xlwindows")  # only there on Windows
    return xlwings.Book(impl=windows.Book(xl=workbook))
