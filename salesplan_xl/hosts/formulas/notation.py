"""How references are written in formulas: one pattern for each piece, and how a sheet's title is read.

A formula is cut into strings, quoted sheet titles, structured references and plain references; only plain ones are
ever touched, so ``Sales[Amount]``, ``LOG10(`` and ``"A1"`` stay what they are.
"""

from __future__ import annotations

QUIET = r"\"(?:[^\"]|\"\")*\"|\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
"""What holds no plain reference: a text, or what stands in brackets behind a table."""
SHEET = r"'(?:[^']|'')*'!|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!"
CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})"
STARTS = r"(?<![\w.\\$?])"
ENDS = r"(?![\w.\\(!\[?])"
"""What must not stand before and behind a reference: it would be a name or a function."""


def sheet_title(written: str) -> str:
    """
    Read a sheet title as formulas write it.

    Parameters
    ----------
    written : str
        A title, in single quotes or bare.

    Returns
    -------
    str
        The title itself.

    Examples
    --------
    >>> sheet_title("'8 Budget'")
    '8 Budget'
    """
    return written[1:-1].replace("''", "'") if written.startswith("'") else written
