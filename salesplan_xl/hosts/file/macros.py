"""The parts of a workbook that act: its VBA project and its ribbon, taken and replaced as they are, never run."""

from __future__ import annotations

from salesplan_xl.hosts.file.package import Package

_PROJECT = "vbaProject"
_RIBBON = "extensibility"


class MacroParts:
    """
    The VBA project and the ribbon of a workbook.

    Parameters
    ----------
    package : Package
        The workbook's package.
    """

    def __init__(self, package: Package) -> None:
        self._package = package

    @property
    def project(self) -> bytes | None:
        """The VBA project; None for a workbook without macros."""
        part = self._part(self._package.workbook_part, _PROJECT)
        return None if part is None else self._package.part(part)

    @property
    def ribbon(self) -> str | None:
        """The ribbon as XML text without any document type; None where there is none."""
        part = self._part("", _RIBBON)
        return None if part is None else self._package.text(part)

    @property
    def is_signed(self) -> bool:
        """Whether somebody has signed the VBA project."""
        part = self._part(self._package.workbook_part, _PROJECT)
        return part is not None and bool(self._package.relationships(part))

    def replace_project(self, content: bytes) -> None:
        """
        Put another VBA project in place of the one that is there.

        Parameters
        ----------
        content : bytes
            The project.

        Raises
        ------
        KeyError
            If the workbook has none.
        """
        self._replace(self._package.workbook_part, _PROJECT, content)

    def replace_ribbon(self, content: bytes) -> None:
        """
        Put another ribbon in place of the one that is there.

        Parameters
        ----------
        content : bytes
            The ribbon.

        Raises
        ------
        KeyError
            If the workbook has none.
        """
        self._replace("", _RIBBON, content)

    def _part(self, owner: str, kind: str) -> str | None:
        """Name of the first part of a kind."""
        return next(iter(self._package.related(owner, kind)), None)

    def _replace(self, owner: str, kind: str, content: bytes) -> None:
        """Replace the part of a kind."""
        part = self._part(owner, kind)
        if part is None:
            raise KeyError(kind)
        self._package.replace(part, content)
