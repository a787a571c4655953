"""What an action is, as far as others must know it: where its button belongs and which options it takes."""

from __future__ import annotations

from dataclasses import dataclass

from salesplan_xl.workbook.schema import Kind, NamedCell


@dataclass(frozen=True)
class Option:
    """
    One option of an action, declared once: template, command line and log derive from it.

    Parameters
    ----------
    id : str
        Its id within the action.
    kind : Kind
        What it means. A `Kind.FILE` option names a file to read and has no cell in the workbook.
    default : float or str or None
        What a new plan holds; None where it must be given.
    choices : str
        Id of the choice list whose values are the only ones allowed.
    at_least, at_most : float
        Bounds, both allowed themselves.
    required : bool
        Whether a blank is refused.
    kept : bool
        Whether the workbook keeps it in a cell; one that it does not is given for one run, or left out.
    """

    id: str
    kind: Kind
    default: float | str | None = None
    choices: str = ""
    at_least: float | None = None
    at_most: float | None = None
    required: bool = True
    kept: bool = True

    @property
    def has_cell(self) -> bool:
        """Whether it has a cell in the workbook; what names a file has none."""
        return self.kept and self.kind is not Kind.FILE

    def cell(self, name: str) -> NamedCell:
        """
        Say what its cell is held to.

        Parameters
        ----------
        name : str
            Name of the cell.

        Returns
        -------
        NamedCell
            The cell.
        """
        return NamedCell(
            name,
            self.kind,
            self.default,
            required=self.required,
            choices=self.choices,
            at_least=self.at_least,
            at_most=self.at_most,
        )


PREVIEW = Option("preview", Kind.TEXT, "no", choices="yes_no")
"""Whether an action only tells what it would change; those that can have it among their options."""


@dataclass(frozen=True)
class ActionSpecification:
    """
    What others must know of an action.

    Parameters
    ----------
    id : str
        Its id: ribbon button, argument of ``run``, entry in the log.
    sheet : str
        Id of the sheet it belongs to.
    picture : str
        The picture on its button, by the name that Office has for it (``imageMso``).
    options : tuple of Option
        Its options.
    """

    id: str
    sheet: str
    picture: str
    options: tuple[Option, ...] = ()

    @property
    def file_option(self) -> str:
        """Id of the option that names a file to read; empty for an action that reads none."""
        return next((option.id for option in self.options if option.kind is Kind.FILE), "")

    def cell(self, option: str) -> str:
        """
        Name the cell that holds an option.

        Parameters
        ----------
        option : str
            Id of the option.

        Returns
        -------
        str
            ``action_option``.
        """
        return f"{self.id}_{option}"

    def cells(self) -> tuple[NamedCell, ...]:
        """
        Give the named cells that hold its options.

        Returns
        -------
        tuple of NamedCell
            One for each option that is kept in the workbook, named by `cell`.
        """
        return tuple(option.cell(self.cell(option.id)) for option in self.options if option.has_cell)
