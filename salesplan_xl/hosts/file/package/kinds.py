"""What kind of file it is: a workbook we can follow, or something else that is called by its name."""

from __future__ import annotations

from salesplan_xl.hosts.file.package.entries import LOCAL_MARK
from salesplan_xl.hosts.refusals import Where

WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
MACRO_ENDING = ".xlsm"

WORKBOOK_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
    "application/vnd.ms-excel.addin.macroEnabled.main+xml",
)

_ZIP = b"PK"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_STRICT = "http://purl.oclc.org/ooxml"


def is_meant_as_workbook(content: bytes, name: str) -> bool:
    """
    Tell whether a file is to be read as a workbook, by its name or by its first bytes.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        Its name.

    Returns
    -------
    bool
        Whether it is; if it is none that we can read, that is to be said.
    """
    return name.lower().endswith(WORKBOOK_ENDINGS) or content.startswith((_ZIP, _OLE))


def refuse_other_kinds(content: bytes, where: Where) -> None:
    """
    Tell by its first bytes what is no workbook at all.

    Parameters
    ----------
    content : bytes
        The whole file.
    where : Where
        The file, for messages.

    Raises
    ------
    RefusalError
        If it is empty, encrypted, an old workbook, text, or no zip.
    """
    if not content:
        where.refuse("E-FILE-TYPE", reason="it is empty, 0 bytes")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            where.refuse("E-FILE-ENCRYPTED")
        where.refuse("E-FILE-TYPE", reason="an old .xls or another OLE file")
    if not content.startswith(_ZIP):
        begins = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
        where.refuse("E-FILE-TYPE", reason="HTML or XML" if begins.startswith(b"<") else "text, CSV or something else")
    if not content.startswith(LOCAL_MARK):
        where.refuse("E-FILE-DAMAGED", reason="the zip does not begin with a part")


def refuse_strict(text: str, where: Where) -> None:
    """
    Refuse a part of the Strict form of Open XML, which speaks of everything by other names.

    Parameters
    ----------
    text : str
        A part that says which form it is.
    where : Where
        The file, for messages.

    Raises
    ------
    RefusalError
        If it is of the Strict form.
    """
    if _STRICT in text:
        where.refuse("E-FILE-TYPE", reason="saved as Strict Open XML")


def refuse_other_content(content_type: str, where: Where) -> None:
    """
    Refuse a main part that is no workbook in XML.

    Parameters
    ----------
    content_type : str
        The type stated for it; empty where none is.
    where : Where
        The file, for messages.

    Raises
    ------
    RefusalError
        If it is another type.
    """
    if content_type not in WORKBOOK_TYPES:
        where.refuse("E-FILE-TYPE", reason=f"its main part is {content_type or 'of no stated type'}")
