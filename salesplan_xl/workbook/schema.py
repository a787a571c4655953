"""The vocabulary in which the workbook is declared: sheets, tables, columns, blocks, named cells.

Nothing here is a text that is shown; those stand in the label catalogue under the same ids. The declaration itself
is in `salesplan_xl.workbook.sheets`, one module a sheet.

Formulas are written with ids in braces and rendered by the template, so that they hold in every language:

======================== ==============================================================
``{lines.budget}``       the data cells of a table's column, as a structured reference
``{territory}``          the cell of that column in the same row
``{above:month}``        the cell of that column one row higher (in a grid: the row before)
``{grid:months.budget}`` the cells of a grid's column, as an absolute range
``{grid:fit.a:b}``       the same of neighbouring columns
``{row:months.budget}``  the cell of a grid's column in the same row of another grid
``{header:fit.first}``   the header of a grid's column, absolute
``{headed:grid.a:b}``    the cells of a grid from one column to another, with their headers, absolute
``{all:lines}``          a table with its headers, as a structured reference
``{cell:block.item}``    one cell of a facts block, absolute
``{name:plan_start}``    a named cell
``{text:in_use}``        a text of the catalogue, quoted
``{choice:held.held}``   the shown text of a choice, quoted
======================== ==============================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

AS_TEXT = "@"
"""Format of cells in which a spreadsheet keeps what is typed, so that 4-4-5 does not become a date."""


class Kind(StrEnum):
    """What a cell means, which decides how it is checked, shown and stored."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "amount"
    SHARE = "share"
    DATE = "date"
    MONTH = "month"
    PERIOD = "period"
    TIME = "time"
    FILE = "file"

    @property
    def is_number(self) -> bool:
        """Whether its cells hold numbers that are no dates; a time of day is a part of a day."""
        return self in (Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT, Kind.SHARE, Kind.TIME)

    @property
    def is_date(self) -> bool:
        """Whether its cells hold dates."""
        return self in (Kind.DATE, Kind.MONTH)


class Role(StrEnum):
    """Who fills a cell."""

    INPUT = "input"
    WRITTEN = "written"
    FORMULA = "formula"


@dataclass(frozen=True)
class Column:
    """
    One column of a table or grid.

    Parameters
    ----------
    id : str
        Stable id, never shown.
    kind : Kind
        What its cells mean.
    role : Role
        Who fills it: the planner, an action, or a native formula.
    required : bool
        Whether a row without it is refused.
    key : bool
        Whether it is part of the table's natural key, which no two rows share.
    refers : str
        ``"table.column"`` whose values are the only ones allowed.
    suggests : str
        ``"table.column"`` whose values are offered for choice; others may be typed too.
    choices : str
        Id of the choice list whose values are the only ones allowed.
    at_least, at_most : float
        Bounds, both allowed themselves.
    formula : str
        The native formula of a formula column.
    header : str
        For a grid: the native formula of its header, where the plan says what the column is about; its label
        stands in it for ``#label#``.
    array : int
        For a grid: the formula is one array formula over all its rows and this many columns; 0 for none.
    defaults : tuple of (float or str or None)
        For a grid: what its input cells hold in a new plan, top to bottom; those not named are blank.
    width : float
        Column width in characters.
    number_format : str
        How its numbers are shown, where the kind does not say it well.
    requirements : tuple of str
        Ids of the requirements it answers.
    """

    id: str
    kind: Kind = Kind.TEXT
    role: Role = Role.INPUT
    required: bool = False
    key: bool = False
    refers: str = ""
    suggests: str = ""
    choices: str = ""
    at_least: float | None = None
    at_most: float | None = None
    formula: str = ""
    header: str = ""
    array: int = 0
    defaults: tuple[float | str | None, ...] = ()
    width: float = 12
    number_format: str = ""
    requirements: tuple[str, ...] = ()


ROW_ID = Column("row_id", role=Role.WRITTEN, width=8)
"""The hidden text column every table begins with; changes, undo and return trips key on it."""


@dataclass(frozen=True)
class Table:
    """
    One table of the workbook.

    Parameters
    ----------
    id : str
        Its name in the workbook, in every language.
    columns : tuple of Column
        Its columns after the row id, in sheet order.
    follows : str
        ``"table.column"`` of a master list: the table has one row for each of its values, in its order,
        kept so by whatever action runs.
    open_ended : bool
        Whether it grows long enough that printing shows its beginning only.
    """

    id: str
    columns: tuple[Column, ...]
    follows: str = ""
    open_ended: bool = False

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The row id and then the declared columns."""
        return (ROW_ID, *self.columns)

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The columns that hold typed values rather than formulas, the row id first."""
        return tuple(column for column in self.all_columns if column.role is not Role.FORMULA)

    @property
    def key(self) -> tuple[Column, ...]:
        """The columns of the natural key; empty where rows may repeat."""
        return tuple(column for column in self.columns if column.key)

    def column(self, column_id: str) -> Column:
        """
        Find a column by its id.

        Parameters
        ----------
        column_id : str
            Id of a declared column or ``"row_id"``.

        Returns
        -------
        Column
            The column.

        Raises
        ------
        KeyError
            If the table has none of that id.
        """
        for column in self.all_columns:
            if column.id == column_id:
                return column
        raise KeyError(f"{self.id} has no column {column_id}")

    def position(self, column_id: str) -> int:
        """
        Count the columns before one.

        Parameters
        ----------
        column_id : str
            Id of a declared column or ``"row_id"``.

        Returns
        -------
        int
            Its position, counted from 0; the row id stands at 0.

        Raises
        ------
        KeyError
            If the table has none of that id.
        """
        return self.all_columns.index(self.column(column_id))


@dataclass(frozen=True)
class NamedCell:
    """
    A single cell with a workbook name: a fact of the plan, or an option of an action.

    Parameters
    ----------
    name : str
        The workbook name, which is also its id.
    kind : Kind
        What it means.
    default : float or str or None
        What a new plan holds; None for blank.
    required : bool
        Whether a blank is refused where it is read.
    choices : str
        Id of the choice list whose values are the only ones allowed.
    at_least, at_most : float
        Bounds, both allowed themselves.
    """

    name: str
    kind: Kind
    default: float | str | None = None
    required: bool = False
    choices: str = ""
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Settings:
    """
    A block of named cells with their labels.

    Parameters
    ----------
    id : str
        Block id.
    at : str
        Address of its heading.
    cells : tuple of NamedCell
        The cells, top to bottom.
    label_columns : int
        How many sheet columns the labels take before the values.
    """

    id: str
    at: str
    cells: tuple[NamedCell, ...]
    label_columns: int = 1


@dataclass(frozen=True)
class Options:
    """
    The place of an action's options on a sheet; the options themselves are declared with the action.

    Parameters
    ----------
    action : str
        Id of the action.
    at : str
        Address of the heading.
    label_columns : int
        How many sheet columns the labels take before the values.
    """

    action: str
    at: str
    label_columns: int = 1


@dataclass(frozen=True)
class Fact:
    """
    One number of a facts block.

    Parameters
    ----------
    id : str
        Its id within the block.
    kind : Kind
        How it is shown.
    formula : str
        The native formula that gives it.
    """

    id: str
    kind: Kind
    formula: str


@dataclass(frozen=True)
class Facts:
    """
    A block of labelled numbers.

    Parameters
    ----------
    id : str
        Block id.
    at : str
        Address of its heading.
    facts : tuple of Fact
        The numbers, top to bottom.
    """

    id: str
    at: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Grid:
    """
    A block of fixed size: headers, rows of cells, and perhaps a total.

    Parameters
    ----------
    id : str
        Block id.
    at : str
        Address of its heading; headers stand one row below.
    columns : tuple of Column
        Its columns, left to right.
    rows : int
        Number of rows.
    first : str
        Formula of the first row's first column, where it differs from the others.
    totals : tuple of (str, str)
        Column id and formula of the cells in the total row; empty for no such row.
    heat : tuple of str
        Ids of the first and the last of the columns whose cells are shaded by size, all on one scale; empty for none.
    """

    id: str
    at: str
    columns: tuple[Column, ...]
    rows: int
    first: str = ""
    totals: tuple[tuple[str, str], ...] = ()
    heat: tuple[str, ...] = ()

    def position(self, column_id: str) -> int:
        """
        Count the columns before one.

        Parameters
        ----------
        column_id : str
            Id of a column.

        Returns
        -------
        int
            Its position, counted from 0.

        Raises
        ------
        KeyError
            If the grid has none of that id.
        """
        for number, column in enumerate(self.columns):
            if column.id == column_id:
                return number
        raise KeyError(f"{self.id} has no column {column_id}")


class ChartKind(StrEnum):
    """What a chart looks like."""

    COLUMN = "column"
    STACKED = "stacked"
    PARTS = "parts"
    BAR = "bar"
    COLUMN_AND_LINE = "column_and_line"
    LINE = "line"
    WATERFALL = "waterfall"
    MAP = "map"


@dataclass(frozen=True)
class Chart:
    """
    A native chart over a grid or a table.

    Parameters
    ----------
    id : str
        Block id; its title stands in the catalogue.
    at : str
        Address of its upper left corner.
    kind : ChartKind
        What it looks like. In a waterfall the first series is what the others stand on, and is not drawn. In a stacked
        chart a third series is what is left of the whole, and pale; in one of parts all stand on each other. Of a
        column and line chart the first series has columns, the others lines. On a map the categories are parts of its
        width and each series has parts of its height, from 0, west and south, to 1.
    source : str
        Id of the grid or table it shows.
    categories : str
        Column id of the categories.
    series : tuple of str
        Column ids of the series.
    columns, rows : int
        Size in sheet cells.
    names : str
        ``"table.column"`` whose first cells name the series, one each; empty where the headers do.
    outline : str
        For a map: id of a table whose columns ``east`` and ``north`` are drawn as a line, broken where they are blank.
    """

    id: str
    at: str
    kind: ChartKind
    source: str
    categories: str
    series: tuple[str, ...]
    columns: int
    rows: int
    names: str = ""
    outline: str = ""


@dataclass(frozen=True)
class Steps:
    """
    The progress of the ten steps, one line each.

    Parameters
    ----------
    id : str
        Block id.
    at : str
        Address of its heading.
    """

    id: str
    at: str


@dataclass(frozen=True)
class MacroTexts:
    """
    The sentences that the workbook's own macros show, each in a cell named by `macro_text_name`.

    A macro cannot hold them itself: its text is ASCII. Which there are, the catalogue says.

    Parameters
    ----------
    id : str
        Block id.
    at : str
        Address of its heading.
    """

    id: str
    at: str


def macro_text_name(text_id: str) -> str:
    """
    Name the cell that holds a sentence of the macros.

    Parameters
    ----------
    text_id : str
        Its id in the catalogue.

    Returns
    -------
    str
        The workbook name.

    Examples
    --------
    >>> macro_text_name("no_python")
    'text_no_python'
    """
    return f"text_{text_id}"


Block = Settings | Options | Facts | Grid | Chart | Steps | MacroTexts


@dataclass(frozen=True)
class Sheet:
    """
    One sheet of the workbook.

    Parameters
    ----------
    id : str
        Sheet id; its title stands in the catalogue.
    step : int
        Number of the plan's step it serves; 0 for none.
    blocks : tuple of Block
        What stands above the tables, at fixed places.
    tables : tuple of Table
        Its tables, side by side from left to right, each free to grow downwards.
    tables_row : int
        Row of their headings; headers stand one row below.
    very_hidden : bool
        Whether only a program can show it.
    progress : str
        Formula that counts what the step holds, for the progress on Home.
    has_links : bool
        Whether links to its tables and grids stand below its purpose, for a sheet too wide to be seen whole.
    print_areas : tuple of str
        Ranges that are printed, a page or more each; empty for all there is.
    """

    id: str
    step: int = 0
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    tables_row: int = 6
    very_hidden: bool = False
    progress: str = ""
    has_links: bool = False
    print_areas: tuple[str, ...] = ()

    @property
    def code_name(self) -> str:
        """What the workbook's macros call the sheet, whatever its title."""
        return f"Sheet_{self.id}"
