"""Pointers from part to part: read, resolved inside the package, never followed out of it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from salesplan_xl.hosts.refusals import Where

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Relationship:
    """
    A pointer from one part to another.

    Parameters
    ----------
    id : str
        Id within the part that points.
    kind : str
        Last word of its type, such as ``"worksheet"`` or ``"table"``.
    target : str
        Name of the part it points to, or the address outside the file.
    external : bool
        Whether it points outside the file. Nothing ever follows it.
    """

    id: str
    kind: str
    target: str
    external: bool


def relationships_part(part: str) -> str:
    """
    Name the part that holds the relationships of a part.

    Parameters
    ----------
    part : str
        Name of a part; ``""`` for the package itself.

    Returns
    -------
    str
        Name of the holder, there or not.

    Examples
    --------
    >>> relationships_part("xl/workbook.xml")
    'xl/_rels/workbook.xml.rels'
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def target_part(owner: str, target: str) -> str:
    """
    Resolve where a part points to.

    Parameters
    ----------
    owner : str
        The part that points; ``""`` for the package itself.
    target : str
        What it says.

    Returns
    -------
    str
        Name of the part; it begins with ``..`` where it would leave the package.

    Examples
    --------
    >>> target_part("xl/worksheets/sheet1.xml", "../tables/table1.xml")
    'xl/tables/table1.xml'
    """
    plain = unquote(target)
    joined = plain.lstrip("/") if plain.startswith("/") else posixpath.join(posixpath.dirname(owner), plain)
    return posixpath.normpath(joined)


def read_relationship(owner: str, stated: Mapping[str, str], where: Where) -> Relationship:
    """
    Read one relationship.

    Parameters
    ----------
    owner : str
        The part that points; ``""`` for the package itself.
    stated : mapping of str to str
        Attributes of its tag.
    where : Where
        The file, for messages.

    Returns
    -------
    Relationship
        The relationship, its target resolved.

    Raises
    ------
    RefusalError
        If it leaves the package without saying so.
    """
    pointer, kind, target = stated.get("Id", ""), stated.get("Type", "").rsplit("/", 1)[-1], stated.get("Target", "")
    if stated.get("TargetMode") == "External":
        return Relationship(pointer, kind, target, external=True)
    resolved = target_part(owner, target)
    if resolved.startswith(".."):
        where.refuse("E-FILE-UNSAFE", reason=f"a pointer out of the package: {target}")
    return Relationship(pointer, kind, resolved, external=False)
