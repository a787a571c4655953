"""Criteria by which formulas look for a name: by its letters, whatever a spreadsheet would read into them."""

from __future__ import annotations

PATTERN_SIGNS = "~*?"
"""Signs that stand for others in a criterion; the first takes that away from the one behind it."""


def letters(name: str) -> str:
    """
    Write a name as part of a criterion, where a star is a star.

    Parameters
    ----------
    name : str
        A formula that gives the name, such as a cell.

    Returns
    -------
    str
        A formula that gives the part.

    Examples
    --------
    >>> letters("A1")
    'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(A1,"~","~~"),"*","~*"),"?","~?")'
    """
    for sign in PATTERN_SIGNS:
        name = f'SUBSTITUTE({name},"{sign}","~{sign}")'
    return name


def equal_to(name: str) -> str:
    """
    Write the criterion for cells that hold a name, even one such as ``<5`` or ``A*``.

    Parameters
    ----------
    name : str
        A formula that gives the name, such as a cell.

    Returns
    -------
    str
        A formula that gives the criterion, for SUMIFS or COUNTIFS.

    Examples
    --------
    >>> equal_to("A1")
    '"="&SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(A1,"~","~~"),"*","~*"),"?","~?")'
    """
    return f'"="&{letters(name)}'
