"""The mark of a plan's macros: which version wrote them, and a digest that tells whether anybody has changed them.

Excel stores macros in a form of its own, so the bytes say nothing. What is compared is the text as far as a person can
change it: the editor sets letter case, blanks and blank lines as it likes, and Excel adds attributes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

MODULE = "SalesPlanMark"
"""Name of the module that holds the mark."""

_WRITTEN = """\
Option Explicit
Option Private Module

' Written by salesplan-xl {version}.
' Digest: {digest}
' While the digest fits the modules, salesplan-xl puts the macros of its own version in their place. Macros that
' somebody has changed or added to are left as they are.
"""
_VERSION = re.compile(r"^' Written by salesplan-xl (\d[\w.+-]*)\.\s*$", re.MULTILINE)
_DIGEST = re.compile(r"^' Digest: ([0-9a-f ]+?)\s*$", re.MULTILINE)
_GROUP = 4  # in groups the digest is legible, and no virus scanner takes it for hidden text
_DIGEST_LENGTH = 32

_BEFORE_MARKS = "0.1.0"
_UNMARKED = frozenset({"e9d5 8a84 cee7 505e 46cb f9f3 4671 8a99", "8029 3d1a 12c3 74bc 4afa fae0 c71a d29d"})
"""Digests of the macros and the ribbon that the development version wrote before there were marks."""

_RIBBON_END = "</customUI>"
_RIBBON_MARK = re.compile(r"<!-- Digest: ([0-9a-f ]+) -->")

_ATTRIBUTE = re.compile(r"\s*Attribute\s+[\w.]*VB_", re.IGNORECASE)
_PIECE = re.compile(r"""(?P<kept>"(?:[^"]|"")*"?|'.*)|[^"']+""")


@dataclass(frozen=True)
class Mark:
    """
    What a mark says.

    Parameters
    ----------
    version : str
        Version of salesplan-xl that wrote the macros.
    fits : bool
        Whether the macros are still those that it wrote.
    """

    version: str
    fits: bool


def marked(code: Mapping[str, str], version: str) -> dict[str, str]:
    r"""
    Add the mark to macros.

    Parameters
    ----------
    code : mapping of str to str
        Code of each module, by name.
    version : str
        Version of salesplan-xl.

    Returns
    -------
    dict of str to str
        The same, and the module with the mark.

    Examples
    --------
    >>> read_mark(marked({"One": "Sub Go()\nEnd Sub"}, "1.2.0"))
    Mark(version='1.2.0', fits=True)
    >>> read_mark(marked({"One": "Sub Go()\nEnd Sub"}, "1.2.0") | {"Two": "Sub Stop()\nEnd Sub"})
    Mark(version='1.2.0', fits=False)
    """
    without = dict(code) | {MODULE: _WRITTEN.format(version=version, digest="")}
    return without | {MODULE: _WRITTEN.format(version=version, digest=_digest(without))}


def read_mark(code: Mapping[str, str]) -> Mark | None:
    """
    Read the mark of macros.

    Parameters
    ----------
    code : mapping of str to str
        Source of every module that holds code of its own, by name.

    Returns
    -------
    Mark or None
        What it says; None where there is none.
    """
    text = code.get(MODULE, "").replace("\r\n", "\n")
    version, digest = _VERSION.search(text), _DIGEST.search(text)
    if version is None or digest is None:
        return Mark(_BEFORE_MARKS, fits=True) if _digest(code) in _UNMARKED else None
    without = dict(code) | {MODULE: text.replace(digest[1], "")}
    return Mark(version[1], _digest(without) == digest[1])


def essence(code: str) -> str:
    r"""
    Give the text of a module as far as a person can change it.

    Parameters
    ----------
    code : str
        The text, with any line ends, with its attributes or without.

    Returns
    -------
    str
        Its lines without attributes and blank lines. Outside texts and comments, letter case and blanks are gone.

    Examples
    --------
    >>> essence('Attribute VB_Name = "M"\r\n\r\nmsgbox  "Two  words"   \' Why  so\r\n')
    'msgbox"Two  words"\' Why  so'
    """
    return "\n".join(_lines(code))


def marked_ribbon(part: bytes) -> bytes:
    """
    Add the mark to a ribbon.

    Parameters
    ----------
    part : bytes
        The ribbon part, in UTF-8.

    Returns
    -------
    bytes
        The same with the digest in a comment.

    Examples
    --------
    >>> part = marked_ribbon(b"<customUI><ribbon/></customUI>").decode()
    >>> is_ribbon_unchanged(part), is_ribbon_unchanged(part.replace("ribbon", "menu"))
    (True, False)
    """
    text = part.decode("utf-8")
    return text.replace(_RIBBON_END, f"<!-- Digest: {_ribbon_digest(text)} -->{_RIBBON_END}").encode("utf-8")


def is_ribbon_unchanged(part: str) -> bool:
    """
    Tell whether a ribbon is as a version of this package wrote it.

    Parameters
    ----------
    part : str
        The ribbon, XML without a document type.

    Returns
    -------
    bool
        Whether its mark fits it.
    """
    mark = _RIBBON_MARK.search(part)
    try:
        digest = _ribbon_digest(part)
    except ElementTree.ParseError:
        return False
    return digest in _UNMARKED or (mark is not None and mark[1] == digest)


def _ribbon_digest(text: str) -> str:
    """The digest of a ribbon, whatever form its XML has."""
    return _grouped(ElementTree.canonicalize(text, strip_text=True))


def _lines(code: str) -> Iterator[str]:
    """The lines that say something."""
    for line in code.splitlines():
        if _ATTRIBUTE.match(line):
            continue
        pieces = (
            piece[0] if piece["kept"] else "".join(piece[0].split()).casefold() for piece in _PIECE.finditer(line)
        )
        if text := "".join(pieces).rstrip():
            yield text


def _digest(code: Mapping[str, str]) -> str:
    """The digest of all modules together."""
    return _grouped(repr(sorted((name.casefold(), essence(text)) for name, text in code.items())))


def _grouped(text: str) -> str:
    """The digest of a text, in groups of digits."""
    digits = hashlib.sha256(text.encode("utf-8")).hexdigest()[:_DIGEST_LENGTH]
    return " ".join(digits[start : start + _GROUP] for start in range(0, _DIGEST_LENGTH, _GROUP))
