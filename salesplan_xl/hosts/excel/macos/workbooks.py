"""An open workbook of Excel for Mac, found by its name: no object passes from the macros to Python."""

from __future__ import annotations

from collections.abc import Iterable

import xlwings


def find_workbook(full_name: str, apps: Iterable[xlwings.App] | None = None) -> xlwings.Book | None:
    """
    Find an open workbook.

    Parameters
    ----------
    full_name : str
        Its path, as the macros in it know it.
    apps : iterable of xlwings.App, optional
        The running Excels; all there are if left out.

    Returns
    -------
    xlwings.Book or None
        The workbook; None if none is open by that path.
    """
    running = xlwings.apps if apps is None else apps
    return next((book for app in running for book in app.books if book.fullname == full_name), None)
