"""Formulas in the notation of Excel and in that of LibreOffice; function names are English in both."""

from __future__ import annotations

import re

_TEXT = r"\"(?:[^\"]|\"\")*\""
_BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_ADD_IN = r"COM\.SUN\.STAR\.SHEET\.ADDIN\.ANALYSIS\.GET(?=[A-Z0-9_]+\()"
_CALC = re.compile(
    rf"{_TEXT}|{_BRACKETS}|{_ADD_IN}"
    r"|\$?('(?:[^']|'')*'|[^\W\d]\w*)\.(?=\$?[A-Z]{1,3}\$?[0-9]|\$?[A-Z]{1,3}:|\$?[0-9]+:)"
    r"|[{};|]"
)
_EXCEL = re.compile(rf"{_TEXT}|{_BRACKETS}|('(?:[^']|'')*'|(?<![#\w.])[^\W\d][\w.]*)!|[{{}};,]")
_BARE = re.compile(r"[^\W\d]\w*\Z")


def to_excel(formula: str) -> str:
    """
    Write a formula of LibreOffice as Excel does.

    Parameters
    ----------
    formula : str
        A formula, or what a name stands for.

    Returns
    -------
    str
        The same for Excel.

    Examples
    --------
    >>> to_excel("SUM($'8 Budget'.A1:B2;{1;2|3;4})+visits[[#This Row];[price]]")
    "SUM('8 Budget'!A1:B2,{1,2;3,4})+visits[[#This Row],[price]]"
    >>> to_excel("COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETEDATE(A1;12)")
    'EDATE(A1,12)'
    """
    inside = False

    def written(match: re.Match[str]) -> str:
        nonlocal inside
        piece, title = match[0], match[1]
        if title is not None:
            return f"{_bare(title)}!"
        if piece[0] in "{}":
            inside = piece == "{"
        if piece[0] == "[":
            return piece.replace("];[", "],[")
        if piece[0] == "C":  # what Excel has of its own, LibreOffice has from an add-in
            return ""
        return {";": ",", "|": ";" if inside else "|"}.get(piece, piece)

    return _CALC.sub(written, formula)


def to_calc(formula: str) -> str:
    """
    Write a formula of Excel as LibreOffice does.

    Parameters
    ----------
    formula : str
        A formula.

    Returns
    -------
    str
        The same for LibreOffice.

    Examples
    --------
    >>> to_calc("SUM('8 Budget'!A1:B2,{1,2;3,4})+visits[[#This Row],[price]]")
    "SUM($'8 Budget'.A1:B2;{1;2|3;4})+visits[[#This Row];[price]]"
    """
    inside = False

    def written(match: re.Match[str]) -> str:
        nonlocal inside
        piece, title = match[0], match[1]
        if title is not None:
            return f"${title}."
        if piece[0] in "{}":
            inside = piece == "{"
        if piece[0] == "[":
            return piece.replace("],[", "];[")
        return {",": ";", ";": "|" if inside else ";"}.get(piece, piece)

    return _EXCEL.sub(written, formula)


def _bare(title: str) -> str:
    """A sheet title without quotes where it needs none."""
    plain = title[1:-1].replace("''", "'") if title.startswith("'") else title
    looks_like_cell = re.match(r"[A-Za-z]{1,3}[0-9]+\Z|[RrCc][0-9]*\Z", plain)
    return plain if _BARE.match(plain) and not looks_like_cell else title
