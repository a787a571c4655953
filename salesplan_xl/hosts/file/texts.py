"""The texts that the cells of a workbook share."""

from __future__ import annotations

import re

from salesplan_xl.hosts.file.markup import cell_text, runs_text
from salesplan_xl.hosts.file.package import Package
from salesplan_xl.hosts.refusals import Where

_PLAIN_LIST = re.compile(r"<sst[\s>/]")
_ITEM = re.compile(r"<si(?:\s[^<>]*)?(?:/>|>(?:<t(?:\s[^<>/]*)?>([^<]*)</t></si>|(.*?)</si>))|(<si[\s>/])", re.DOTALL)


def read_texts(package: Package) -> dict[str, str]:
    """
    Read the shared texts, each as one text.

    Parameters
    ----------
    package : Package
        The workbook.

    Returns
    -------
    dict of str to str
        The texts by their number written as text, as cells point to them.

    Raises
    ------
    RefusalError
        If the list is damaged.
    """
    parts = package.related(package.workbook_part, "sharedStrings")
    if not parts:
        return {}
    text, where = package.text(parts[0]), package.where
    if _PLAIN_LIST.search(text) is None or "<!" in text:
        where.refuse("E-FILE-FORM", reason="the tags of its shared texts carry a prefix, or it holds comments")
    return {
        str(number): _text(number, plain, runs, stray, where)
        for number, (plain, runs, stray) in enumerate(_ITEM.findall(text))
    }


def _text(number: int, plain: str, runs: str, stray: str, where: Where) -> str:
    """Read one of the texts, plain or in formatted runs."""
    if stray:
        where.refuse("E-FILE-DAMAGED", reason=f"the shared text {number} is cut short")
    try:
        return runs_text(runs) if runs else cell_text(plain)
    except ValueError as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=f"the shared text {number}: {error}")
