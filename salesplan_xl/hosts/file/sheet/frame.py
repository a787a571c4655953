"""What stands around the cells of a sheet and speaks of them: its stated size, its merged cells."""

from __future__ import annotations

import re

from salesplan_xl.hosts.file.markup import attributes, with_attribute
from salesplan_xl.hosts.formulas import Area
from salesplan_xl.hosts.refusals import Where

_DIMENSION = re.compile(r"<dimension\s([^<>]*?)/?>")
_MERGED = re.compile(r"<mergeCell\s([^<>]*?)/?>")


def grown(head: str, area: Area | None) -> str:
    """
    Let the stated size of a sheet take in new cells.

    Parameters
    ----------
    head : str
        What stands before the cells.
    area : Area or None
        Where cells may be new; `None` for nowhere.

    Returns
    -------
    str
        The same with its size grown. A wrong size is left alone: nobody relies on it.
    """
    tag = _DIMENSION.search(head)
    if tag is None or area is None:
        return head
    try:
        stated = Area.parse(attributes(f" {tag[1]}").get("ref", ""))
    except ValueError:  # as the docstring says
        return head
    size = stated.joined(area)
    return head if size == stated else head.replace(tag[0], with_attribute(tag[0], "ref", str(size)), 1)


def merged_areas(tail: str, where: Where) -> tuple[Area, ...]:
    """
    List the merged cells.

    Parameters
    ----------
    tail : str
        What stands behind the cells.
    where : Where
        The sheet, for messages.

    Returns
    -------
    tuple of Area
        Their areas.

    Raises
    ------
    RefusalError
        If one of them is no area.
    """
    try:
        return tuple(Area.parse(attributes(f" {tag}").get("ref", "")) for tag in _MERGED.findall(tail))
    except ValueError as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=f"merged cells: {error}")
