"""XML as text: the few rules of escaping that a workbook's parts need, kept exact in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from salesplan_xl.hosts.refusals import Where

QUOTED = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
"""The attributes of a tag; a bracket may stand in quotes."""

_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ATTRIBUTE = re.compile(r"\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What XML cannot hold, a carriage return (a parser would make it a line feed), and texts that look coded already.
_TO_CODE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_TEXT_RUN = re.compile(r"<t(?:\s[^<>]*)?(?:/>|>([^<]*)</t>)")
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)


def decode_part(content: bytes, part: str, where: Where) -> str:
    """
    Read the bytes of an XML part as text, before any parser sees them.

    Parameters
    ----------
    content : bytes
        The part as inflated.
    part : str
        Its name in the package, for the message.
    where : Where
        The file, for messages.

    Returns
    -------
    str
        The text; encoding it as UTF-8 gives the same bytes again.

    Raises
    ------
    RefusalError
        If the part declares a document type or an entity, or is not UTF-8.

    Examples
    --------
    >>> decode_part(b"<worksheet/>", "xl/worksheets/sheet1.xml", Where("plan.xlsx"))
    '<worksheet/>'
    """
    if b"<!" in content and _DECLARATION.search(content):
        where.refuse("E-FILE-UNSAFE", reason=f"a document type in {part}")
    declared = _ENCODING.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        where.refuse("E-FILE-FORM", reason=f"{part} is not written in UTF-8")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:100]:
        where.refuse("E-FILE-FORM", reason=f"{part} is not written in UTF-8")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"{part} holds bytes that are no text, at {error.start}"
        where.refuse("E-FILE-DAMAGED", cause=error, reason=reason)


def elements(root: Element, name: str) -> Iterator[Element]:
    """
    Find the elements of a part by their name; those of other namespaces are not meant.

    Parameters
    ----------
    root : Element
        The root of the part, which has its namespace.
    name : str
        Their name without a namespace.

    Returns
    -------
    iterator of Element
        The elements in the order of the part.
    """
    space = root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""
    return root.iter(f"{space}{name}")


def unescape(text: str) -> str:
    """
    Turn the text between two tags into what it says.

    Parameters
    ----------
    text : str
        Text as it stands in the XML.

    Returns
    -------
    str
        The text with its entities resolved and its line ends made plain, as XML asks.

    Raises
    ------
    ValueError
        If an ampersand begins no entity XML knows of itself.

    Examples
    --------
    >>> unescape("A &amp; B"), unescape("&amp;lt; is &lt;")
    ('A & B', '&lt; is <')
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in text:
        return text
    numbered = "&#" in text
    known = len(_ENTITY.findall(text)) if numbered else sum(text.count(f"&{name};") for name in _NAMED)
    if text.count("&") != known:
        raise ValueError(f"{text[:40]!r} holds an entity nobody declared")
    if numbered:
        return _ENTITY.sub(_character, text)
    for name in sorted(_NAMED, key="amp".__eq__):  # ampersands last, for they would begin entities anew
        text = text.replace(f"&{name};", _NAMED[name])
    return text


def escape(text: str) -> str:
    """
    Write a text so that it can stand between two tags or in an attribute.

    Parameters
    ----------
    text : str
        Any text XML can hold.

    Returns
    -------
    str
        The text with ``& < > "`` as entities.

    Examples
    --------
    >>> escape('"A" & <B>')
    '&quot;A&quot; &amp; &lt;B&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def cell_text(text: str) -> str:
    r"""
    Read the text of a cell, resolving the ``_xHHHH_`` codes Excel writes for control characters.

    Parameters
    ----------
    text : str
        Text as it stands in the XML.

    Returns
    -------
    str
        What the cell shows.

    Raises
    ------
    ValueError
        As for `unescape`.

    Examples
    --------
    >>> cell_text("a_x0009_b &lt; c_x005F_x0041_")
    'a\tb < c_x0041_'
    """
    return uncoded(unescape(text))


def uncoded(text: str) -> str:
    r"""
    Resolve the ``_xHHHH_`` codes Excel writes for characters XML cannot hold.

    Parameters
    ----------
    text : str
        A text from a cell or a header, entities resolved.

    Returns
    -------
    str
        The text as it is shown.

    Examples
    --------
    >>> uncoded("Unit_x000a_price")
    'Unit\nprice'
    """
    return _CODED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def cell_markup(text: str) -> str:
    r"""
    Write the text of a cell, so that `cell_text` and Excel read the same text back.

    Parameters
    ----------
    text : str
        What the cell shall show.

    Returns
    -------
    str
        The text for the XML; what XML cannot hold is coded as ``_xHHHH_``.

    Examples
    --------
    >>> cell_markup("a\x07b _x0041_")
    'a_x0007_b _x005F_x0041_'
    """
    if "_x" in text or not text.isprintable():  # what is printable needs no code, unless it looks like one
        text = _TO_CODE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escape(text)


def runs_text(markup: str) -> str:
    """
    Join the runs of a text, leaving out how it is spoken.

    Parameters
    ----------
    markup : str
        The inside of a shared or inline string: ``<t>`` elements, bare or in formatted runs.

    Returns
    -------
    str
        The text as one.

    Raises
    ------
    ValueError
        As for `unescape`.

    Examples
    --------
    >>> runs_text("<r><rPr><b/></rPr><t>North</t></r><r><t>west</t></r>")
    'Northwest'
    """
    spoken = _PHONETIC.sub("", markup) if "<rPh" in markup else markup
    return cell_text("".join(_TEXT_RUN.findall(spoken)))


def attributes(text: str) -> dict[str, str]:
    r"""
    Read the attributes of a tag.

    Parameters
    ----------
    text : str
        The tag between its name and its closing bracket.

    Returns
    -------
    dict of str to str
        Value of each attribute, in order.

    Raises
    ------
    ValueError
        If something in the tag is no attribute, or one stands twice.

    Examples
    --------
    >>> attributes(' r="B7" t = \'s\'')
    {'r': 'B7', 't': 's'}
    """
    found: dict[str, str] = {}
    end = 0
    for match in _ATTRIBUTE.finditer(text):
        if match.start() != end or match[1] in found:
            raise ValueError(f"{text.strip()[:60]!r} holds something that is no attribute")
        found[match[1]] = unescape(match[2] if match[2] is not None else match[3])
        end = match.end()
    if text[end:].strip():
        raise ValueError(f"{text.strip()[:60]!r} holds something that is no attribute")
    return found


def with_attribute(tag: str, name: str, value: str | None) -> str:
    """
    Set or remove one attribute of a tag, leaving the rest as it stands.

    Parameters
    ----------
    tag : str
        An opening tag, or its attributes alone.
    name : str
        Name of an attribute; it is changed only where it stands.
    value : str or None
        Its new value; `None` removes it.

    Returns
    -------
    str
        The tag with the attribute changed.

    Examples
    --------
    >>> with_attribute('<table ref="A1:B5" id="1">', "ref", "A1:B9")
    '<table ref="A1:B9" id="1">'
    """
    pattern = re.compile(rf"(\s){re.escape(name)}\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    if value is None:
        return pattern.sub("", tag, count=1)
    return pattern.sub(lambda match: f'{match[1]}{name}="{escape(value)}"', tag, count=1)


def _character(entity: re.Match[str]) -> str:
    """Give the character an entity stands for."""
    hexadecimal, decimal, name = entity.groups()
    if name:
        return _NAMED[name]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if number > 0x10FFFF:
        raise ValueError(f"{entity[0]!r} is no character")
    return chr(number)
