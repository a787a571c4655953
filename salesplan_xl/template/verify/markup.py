"""XML of a part, read without ever resolving what a document type could declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")


def parse(content: bytes) -> Element:
    """
    Read a part.

    Parameters
    ----------
    content : bytes
        The part.

    Returns
    -------
    Element
        Its root.

    Raises
    ------
    ValueError
        If it declares a document type, is not written in UTF-8, or is no XML.
    """
    if _DECLARATION.search(content):
        raise ValueError("it declares a document type")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not written in UTF-8, at byte {error.start}") from error
    if "\0" in text:
        raise ValueError("it is not written in UTF-8")
    try:
        # without a document type there is nothing to expand, and UTF-8 was ensured
        return ElementTree.fromstring(text.encode("utf-8"))  # noqa: S314 - see the line above
    except (ElementTree.ParseError, LookupError) as error:
        raise ValueError(f"it is no XML: {error}") from error


def named(root: Element, name: str) -> Iterator[Element]:
    """
    Find the elements of a spreadsheet part.

    Parameters
    ----------
    root : Element
        Root of the part.
    name : str
        Their name without its namespace.

    Yields
    ------
    Element
        The elements in order.
    """
    yield from root.iter(f"{{{MAIN}}}{name}")


def number(text: str | None) -> int | None:
    """
    Read a whole number as parts write it.

    Parameters
    ----------
    text : str or None
        The text.

    Returns
    -------
    int or None
        The number; None if it is none.

    Examples
    --------
    >>> number("12"), number("-1"), number(None)
    (12, None, None)
    """
    return int(text) if text is not None and _NUMBER.fullmatch(text) and text.isascii() else None
