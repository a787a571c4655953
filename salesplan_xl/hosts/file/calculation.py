"""Calculates a closed workbook: its own formulas and our cell functions, with the embedded engine (formualizer).

The engine is fed by us: the columns that some formula reads, as values, and the formulas, rewritten. Table and name
references become plain ranges of a sheet, a function of ours learns which cell called it (so that its reason can be
told), an array formula fills exactly its area, and an ordinary formula fills exactly its cell.

What the engine gets wrong is left out, never calculated wrong: the stored value stays, formulas that read the cell go
on with it, and the result names the cell and the reason. That is so for

- functions the engine does not know; the clock, chance and references made of text or offsets (``NOW``, ``RAND``,
  ``INDIRECT``, ``OFFSET`` ...): the same workbook must give the same numbers, and only what is read is fed;
- names and tables that are not there, other workbooks, references across sheets, unions and intersections;
- a function of single values, such as ``ISERROR``, over a range in an array formula: the engine does not take it cell
  by cell. (Outside array formulas it gets the one cell of its row or column, as Excel defines it.)
- ``SUMIFS`` and its kin over a range with an error cell: the engine passes over errors that Excel may show;
- circles.

Seven rare errors, such as ``#BUSY!``, are unknown to the engine and read as ``#VALUE!``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import formualizer

from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.grid import OMITTED
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.formulas import LAST_COLUMN, LAST_ROW, Area
from salesplan_xl.hosts.file.sheet import Place, SheetPart
from salesplan_xl.hosts.file.tables import StoredTable
from salesplan_xl.workbook.cells import (
    Cell,
    ErrorCell,
    FormulaCell,
    Value,
    address,
    column_letters,
    column_number,
    value_of,
)


@dataclass(frozen=True)
class LeftOut:
    """
    A formula that was not calculated; its stored value stays.

    Parameters
    ----------
    sheet, cell : str
        Where it stands.
    formula : str
        What it says.
    why : str
        Why it was left out, in half a sentence.
    """

    sheet: str
    cell: str
    formula: str
    why: str


@dataclass(frozen=True)
class Calculation:
    """
    What calculating a workbook gave.

    Parameters
    ----------
    values : mapping of str to mapping of (int, int) to Value
        By sheet title, then by row and column: the value of every formula that was calculated, and of every cell
        that an array formula fills. Dates are serial numbers; the empty text is ``""``.
    left_out : tuple of LeftOut
        The formulas that were not calculated, by sheet and place.
    reasons : mapping of (str, int, int) to str
        By sheet, row and column: why a function of ours in that cell gave an error.
    """

    values: Mapping[str, Mapping[Place, Value]]
    left_out: tuple[LeftOut, ...] = ()
    reasons: Mapping[tuple[str, int, int], str] = field(default_factory=dict)


def calculate(
    book: FileBook,
    functions: Sequence[FunctionSpecification],
    sheets: Collection[str] | None = None,
) -> Calculation:
    """
    Calculate the formulas of a workbook.

    Parameters
    ----------
    book : FileBook
        The workbook. It is read and not changed.
    functions : sequence of FunctionSpecification
        Our cell functions.
    sheets : collection of str, optional
        Titles of the sheets to calculate; all of them by default. Formulas elsewhere count with their stored
        value.

    Returns
    -------
    Calculation
        New values, what was left out and why, and the reasons of errors. The same workbook gives the same result
        whenever and wherever it is calculated.

    Raises
    ------
    Refusal
        If a cell that is read cannot be (from `book`).
    KeyError
        If there is no sheet of a title in `sheets`.
    """
    titles = [sheet.title for sheet in book.sheets() if sheet.kind == "worksheet"]
    wanted = titles if sheets is None else [title for title in titles if title in sheets]
    unknown = set(sheets or ()) - set(titles)
    if unknown:
        raise KeyError(sorted(unknown)[0])
    return _Run(book, functions, titles, wanted).result()


# What the engine cannot be asked

_CLOCK_OR_CHANCE = frozenset({"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY"})
_OPAQUE = frozenset(
    {"INDIRECT", "OFFSET", "CELL", "INFO", "FORMULATEXT", "SHEET", "SHEETS", "LET", "LAMBDA", "GETPIVOTDATA"}
)
_SKIPPING_ERRORS = frozenset({"SUMIF", "SUMIFS", "AVERAGEIF", "AVERAGEIFS", "MAXIFS", "MINIFS"})
_ARRAY_FUNCTIONS = frozenset(
    {"SUMPRODUCT", "AGGREGATE", "LOOKUP", "MMULT", "FILTER", "SORT", "SORTBY", "UNIQUE", "XLOOKUP", "FREQUENCY"}
)
_TAKING_RANGES = """
AND AVERAGE AVERAGEA COLUMN COLUMNS CONCAT CORREL COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS COVARIANCE.P COVARIANCE.S
FORECAST FORECAST.LINEAR GEOMEAN HARMEAN HLOOKUP IF IFERROR INDEX INTERCEPT IRR LARGE LINEST MATCH MAX MAXA MEDIAN
MIN MINA MODE MODE.SNGL NETWORKDAYS NETWORKDAYS.INTL NPV OR PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTRANK
PERCENTRANK.INC PRODUCT QUARTILE QUARTILE.INC RANK RANK.AVG RANK.EQ ROW ROWS RSQ SLOPE SMALL STDEV STDEV.P STDEV.S
STDEVP SUBTOTAL SUM SUMSQ TEXTJOIN TRANSPOSE TREND VAR VAR.P VAR.S VARP VLOOKUP WORKDAY WORKDAY.INTL XIRR XMATCH XNPV
XOR
"""
_RANGE_FUNCTIONS = _ARRAY_FUNCTIONS | _SKIPPING_ERRORS | frozenset(_TAKING_RANGES.split())
_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.|_xll\.|_xlpm\.)+", re.IGNORECASE)

# Words of our own inside the engine

_FILL: Final = "SALESPLAN_FILL"
_LEFT_OUT_ARGUMENT: Final = "\ue000left out"
_ROUNDS: Final = 20

_KINDS: Final = {
    "#NULL!": "Null",
    "#DIV/0!": "Div",
    "#VALUE!": "Value",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#NUM!": "Num",
    "#N/A": "Na",
    "#SPILL!": "Spill",
    "#CALC!": "Calc",
}
_TEXTS: Final = {kind: text for text, kind in _KINDS.items()}


class _UnsupportedError(Exception):
    """A formula the engine must not be asked; the text says why."""


@dataclass(frozen=True)
class _Reference:
    """A range some formula reads."""

    sheet: str
    area: Area


@dataclass(frozen=True)
class _Job:
    """A formula to calculate: where, over which area, what the engine is given, and what it reads."""

    number: int
    sheet: str
    place: Place
    area: Area
    cell: FormulaCell
    text: str
    reads: tuple[_Reference, ...]
    skips_errors: bool


@cache
def _engine_knows(function: str) -> bool:
    """Ask the engine whether it has a function: an unknown one gives #NAME? whatever its arguments."""
    engine = _new_engine(("probe",))
    try:
        engine.set_formula("probe", 1, 1, f"={function}()")
        engine.evaluate_all()
    except (RuntimeError, ValueError):
        return False
    answer = engine.get_value("probe", 1, 1)
    return not (isinstance(answer, dict) and answer.get("kind") in ("Name", "NImpl"))


def _new_engine(titles: Iterable[str]) -> formualizer.Workbook:
    """Start an engine with empty sheets."""
    mode = formualizer.WorkbookMode.Ephemeral
    engine = formualizer.Workbook(config=formualizer.WorkbookConfig(mode=mode, enable_changelog=False))
    engine.set_temporal_egress("serial")
    for title in titles:
        engine.add_sheet(title)
    return engine


def _to_engine(value: Value) -> Any:
    """Hand a value to the engine."""
    if isinstance(value, ErrorCell):
        return formualizer.LiteralValue.error(_KINDS.get(value.text, "Value"), "")
    return value


def _from_engine(value: Any) -> Value:
    """Take a value from the engine; it gives an error as a mapping."""
    if isinstance(value, dict):
        return ErrorCell(_TEXTS.get(value.get("kind", ""), "#VALUE!"))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    result: Value = value
    return result


# References


@dataclass(frozen=True)
class _Placed:
    """What a reference of a formula became: its text, and the ranges it reads."""

    text: str
    reads: tuple[_Reference, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it is a range of more than one cell."""
        return any(read.area.top < read.area.bottom or read.area.left < read.area.right for read in self.reads)


_CORNER = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_CELLS = re.compile(rf"{_CORNER}(?::{_CORNER})?\Z")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})\Z")
_ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})\Z")
_FIXED = re.compile(
    r"(?:\$[A-Z]{1,3}\$[0-9]+(?::\$[A-Z]{1,3}\$[0-9]+)?|\$[A-Z]{1,3}:\$[A-Z]{1,3}|\$[0-9]+:\$[0-9]+)\Z", re.IGNORECASE
)
_SPECIFIER = re.compile(r"\[((?:[^\[\]']|'.)*)\]")


def _area_of(text: str) -> Area | None:
    """Read cells, whole columns or whole rows."""
    if _CELLS.match(text):
        try:
            return Area.parse(text)
        except ValueError:
            raise _UnsupportedError(f"{text} is no range the engine reads") from None
    columns = _COLUMNS.match(text)
    if columns:
        left, right = sorted((column_number(columns[1]), column_number(columns[2])))
        return Area(1, left, LAST_ROW, right) if right <= LAST_COLUMN else None
    rows = _ROWS.match(text)
    if rows:
        top, bottom = sorted((int(rows[1]), int(rows[2])))
        return Area(top, 1, bottom, LAST_COLUMN)
    return None


def _quoted(title: str) -> str:
    """Write a sheet title as formulas do."""
    return "'" + title.replace("'", "''") + "'"


def _absolute(sheet: str, area: Area) -> str:
    """Write an area so that it means the same from every cell."""
    corners = (f"${column_letters(column)}${row}" for row, column in ((area.top, area.left), (area.bottom, area.right)))
    first, last = corners
    return f"{_quoted(sheet)}!{first}" + (f":{last}" if last != first else "")


class _References:
    """Finds what the references of formulas stand for: ranges, tables, names."""

    def __init__(self, book: FileBook, titles: Iterable[str]) -> None:
        self._titles = {title.casefold(): title for title in titles}
        self._tables = {table.name.casefold(): table for table in book.tables()}
        self._names = {name.casefold(): text for name, text in book.defined_names().items()}

    def place(self, written: str, sheet: str, cell: Place) -> _Placed:
        """Give a reference as a range of a sheet."""
        bracket, mark = written.find("["), written.rfind("!")
        if mark >= 0 and (bracket < 0 or bracket > mark or written.startswith("'")):
            return self._on_sheet(written[:mark], written[mark + 1 :], written)
        if bracket == 0:
            return self._in_own_table(written, sheet, cell)
        if bracket > 0:
            return self._in_table(written[:bracket].strip(), written[bracket:].strip(), sheet, cell)
        area = _area_of(written)
        if area is not None:
            return _Placed(written, (_Reference(sheet, area),))
        if written.casefold() in self._tables:
            return self._in_table(written, "[]", sheet, cell)
        return self._named(written)

    def _on_sheet(self, written_title: str, rest: str, written: str) -> _Placed:
        """Place a reference that names its sheet."""
        quoted = written_title.startswith("'")
        title = written_title[1:-1].replace("''", "'") if quoted else written_title
        known = self._titles.get(title.casefold())
        if known is None:
            raise _UnsupportedError(f"{written} is on no sheet of this workbook")
        area = _area_of(rest)
        if area is not None:
            return _Placed(f"{_quoted(known)}!{rest}", (_Reference(known, area),))
        return self._named(rest)

    def _named(self, name: str) -> _Placed:
        """Place a defined name of the workbook."""
        text = self._names.get(name.casefold())
        if text is None:
            raise _UnsupportedError(f"there is no name {name}")
        try:
            tokens = formualizer.tokenize(f"={text}")
            pieces = [self._piece(token, name) for token in tokens]
        except formualizer.TokenizerError:
            raise _UnsupportedError(f"the name {name} cannot be read") from None
        reads = tuple(read for piece in pieces for read in piece.reads)
        joined = "".join(piece.text for piece in pieces)
        return _Placed(joined if len(pieces) == 1 else f"({joined})", reads)

    def _piece(self, token: Any, name: str) -> _Placed:
        """Place one word of the definition of a name; it must mean the same from every cell."""
        if str(token.token_type) == "Func" and token.value != ")":
            raise _UnsupportedError(f"the name {name} stands for a calculation")
        if not _is_reference(token):
            return _Placed(token.value, ())
        in_table = "[" in token.value and not token.value.startswith("[")
        title, mark, area_text = token.value.rpartition("!")
        if not in_table and not (mark and title and _FIXED.match(area_text)):
            raise _UnsupportedError(f"the name {name} does not stand for a fixed range")
        return self.place(token.value, "", (0, 0))

    def _in_own_table(self, specifier: str, sheet: str, cell: Place) -> _Placed:
        """Place a reference of a table to itself, which need not name it."""
        if not specifier.endswith("]"):
            raise _UnsupportedError(f"{specifier} is in another workbook")
        row, column = cell
        for table in self._tables.values():
            area = table.area
            if table.sheet == sheet and area.top <= row <= area.bottom and area.left <= column <= area.right:
                return self._in_table(table.name, specifier, sheet, cell)
        raise _UnsupportedError(f"{specifier} names no table and stands in none")

    def _in_table(self, name: str, specifier: str, sheet: str, cell: Place) -> _Placed:
        """Place a reference to a table or to a part of it."""
        table = self._tables.get(name.casefold())
        if table is None:
            raise _UnsupportedError(f"there is no table {name}")
        items, columns = _specifiers(specifier)
        top, bottom = _table_rows(table, items, sheet, cell)
        places = [_table_column(table, header) for header in columns] or [0, len(table.headers) - 1]
        left, right = table.area.left + min(places), table.area.left + max(places)
        area = Area(top, left, bottom, right)
        return _Placed(_absolute(table.sheet, area), (_Reference(table.sheet, area),))


def _specifiers(written: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Split what stands behind a table name into its items (such as #All) and one or two headers."""
    inside = written[1:-1].strip()
    items: set[str] = set()
    if inside.startswith("@"):
        items, inside = {"#this row"}, inside[1:].strip()
    bare = _SPECIFIER.sub("", inside).strip(" ,:") if inside.startswith("[") else inside
    parts = [*(_SPECIFIER.findall(inside) if inside.startswith("[") else ()), *([bare] if bare else ())]
    items |= {part.casefold() for part in parts if part.startswith("#")}
    headers = tuple(re.sub(r"'(.)", r"\1", part) for part in parts if not part.startswith("#"))
    if len(headers) > 2 or (len(headers) == 2 and not re.search(r"\]\s*:\s*\[", inside)):
        raise _UnsupportedError(f"{written} is no part of a table the engine reads")
    return frozenset(items), headers


def _table_rows(table: StoredTable, items: frozenset[str], sheet: str, cell: Place) -> tuple[int, int]:
    """Find the first and last row of the items of a table."""
    area = table.area
    data = (table.data.top, table.data.bottom)
    if items == {"#this row"}:
        if sheet != table.sheet or not data[0] <= cell[0] <= data[1]:
            raise _UnsupportedError(f"the row of this cell is no row of the table {table.name}")
        return cell[0], cell[0]
    rows = {"#all": (area.top, area.bottom), "#data": data}
    if table.has_header:
        rows["#headers"] = (area.top, area.top)
    if table.has_totals:
        rows["#totals"] = (area.bottom, area.bottom)
    if not items <= rows.keys():
        raise _UnsupportedError(f"the table {table.name} has no {' '.join(sorted(items - rows.keys()))}")
    spans = [rows[item] for item in items or {"#data"}]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _table_column(table: StoredTable, header: str) -> int:
    """Find a column of a table by its header."""
    for place, known in enumerate(table.headers):
        if known.casefold() == header.casefold():
            return place
    raise _UnsupportedError(f"the table {table.name} has no column {header}")


def _is_reference(token: Any) -> bool:
    """Tell whether a word of a formula is a reference or a name."""
    return str(token.token_type) == "Operand" and str(token.subtype) == "Range"


# Formulas


@dataclass
class _Open:
    """A function being written: its name, and whether its current argument has content."""

    name: str
    ours: bool
    filled: bool = False


class _Rewriter:
    """Rewrites one formula for the engine."""

    def __init__(self, references: _References, ours: Collection[str], sheet: str, place: Place, number: int) -> None:
        self._references = references
        self._ours = ours
        self._sheet = sheet
        self._place = place
        self._number = number
        self._open: list[_Open] = []
        self.reads: list[_Reference] = []
        self.functions: set[str] = set()

    def rewrite(self, formula: str, area: Area | None) -> str:
        """Give the formula as the engine gets it; `area` is that of an array formula."""
        try:
            tokens: list[Any] = list(formualizer.tokenize(f"={formula}"))
        except formualizer.TokenizerError:
            raise _UnsupportedError("it cannot be read") from None
        if "".join(token.value for token in tokens) != formula:
            raise _UnsupportedError("it cannot be read")
        body = "".join(self._word(tokens, position, area is not None) for position in range(len(tokens)))
        if area is not None:
            return f"={_FILL}({area.bottom - area.top + 1},{area.right - area.left + 1},{body})"
        return f"=@({body})" if self.functions or "{" in formula else f"={body}"

    def _word(self, tokens: Sequence[Any], position: int, in_array: bool) -> str:  # noqa: FBT001 - passed on from rewrite
        """Rewrite one word of the formula."""
        token = tokens[position]
        kind, subtype, written = str(token.token_type), str(token.subtype), str(token.value)
        if kind == "OpInfix" and written.strip() in ("", ","):
            raise _UnsupportedError("unions and intersections of ranges are not calculated")
        if kind == "OpPostfix" and written == "#":
            raise _UnsupportedError("spilled ranges are not calculated")
        if kind == "Func" and subtype == "Open":
            return self._open_function(written, tokens[position + 1 :])
        if kind == "Array" and subtype == "Open":
            self._start("{", ours=False)
            return written
        if kind in ("Func", "Array") and subtype == "Close":
            left_out = self._left_out_argument()
            self._open.pop()
            return left_out + written
        if kind == "Sep" and self._open:
            left_out = self._left_out_argument()
            self._open[-1].filled = False
            return left_out + written
        if kind != "Whitespace" and self._open:
            self._open[-1].filled = True
        return self._reference(tokens, position, in_array) if _is_reference(token) else written

    def _open_function(self, written: str, following: Sequence[Any]) -> str:
        """Start a function, known to the engine under its plain name."""
        name = _PREFIX.sub("", written[:-1]).upper()
        self.functions.add(name)
        if name in self._ours:
            closed = _nearest(following, "Whitespace")
            bare = str(closed.token_type) == "Func" and str(closed.subtype) == "Close"
            self._start(name, ours=True, filled=bare)
            return f"{name}({self._number}" + ("" if bare else ",")
        if name in _CLOCK_OR_CHANCE:
            raise _UnsupportedError(f"{name} gives another value every time")
        if name in _OPAQUE or not _engine_knows(name):
            raise _UnsupportedError(f"{name} cannot be calculated here")
        self._start(name, ours=False)
        return f"{name}("

    def _start(self, name: str, *, ours: bool, filled: bool = False) -> None:
        """Note that a function or an array begins; it fills the argument it stands in."""
        if self._open:
            self._open[-1].filled = True
        self._open.append(_Open(name, ours, filled))

    def _left_out_argument(self) -> str:
        """Write down that an argument of ours is left out; the engine would give a zero."""
        current = self._open[-1]
        return f'"{_LEFT_OUT_ARGUMENT}"' if current.ours and not current.filled else ""

    def _reference(self, tokens: Sequence[Any], position: int, in_array: bool) -> str:  # noqa: FBT001 - passed on from rewrite
        """Place a reference, down to one cell where Excel takes one cell."""
        written = str(tokens[position].value)
        placed = self._references.place(written, self._sheet, self._place)
        self.reads.extend(placed.reads)
        if not placed.is_wide or not self._wants_one_cell(tokens, position):
            return placed.text
        if not (in_array or any(one.name in _ARRAY_FUNCTIONS or one.ours for one in self._open)):
            return f"@{placed.text}"
        function = self._open[-1] if self._open else None
        if function is None or function.ours or function.name in _RANGE_FUNCTIONS:
            return placed.text
        raise _UnsupportedError(f"{function.name} is not taken cell by cell here")

    def _wants_one_cell(self, tokens: Sequence[Any], position: int) -> bool:
        """Tell whether a range stands where a single value belongs."""
        before = _nearest(reversed(tokens[:position]), "Whitespace", "Paren")
        after = _nearest(tokens[position + 1 :], "Whitespace", "Paren")
        if any(token is not None and str(token.value) == ":" for token in (before, after)):
            return False
        function = self._open[-1] if self._open else None
        if function is None or not (function.ours or function.name in _RANGE_FUNCTIONS):
            return True
        return _is_operator(before) or _is_operator(after)


def _nearest(tokens: Iterable[Any], *passed_over: str) -> Any:
    """Find the nearest word that is of none of some kinds; None when there is none."""
    return next((token for token in tokens if str(token.token_type) not in passed_over), None)


def _is_operator(token: Any) -> bool:
    """Tell whether a word calculates or compares."""
    return token is not None and str(token.token_type).startswith("Op") and str(token.token_type) != "Operand"


# The run


class _Run:
    """One calculation of a workbook."""

    def __init__(
        self,
        book: FileBook,
        functions: Sequence[FunctionSpecification],
        titles: Sequence[str],
        wanted: Sequence[str],
    ) -> None:
        self._book = book
        self._functions = {function.name: function for function in functions}
        self._reasons: dict[tuple[str, int, int], str] = {}
        self._errors: dict[str, list[Place]] = {}
        self._left_out: dict[int, str] = {}
        self._jobs: list[_Job] = []
        self._engine = _new_engine(titles)
        references = _References(book, titles)
        for sheet in wanted:
            self._add_jobs(sheet, references)

    def result(self) -> Calculation:
        """Feed, evaluate until nothing more has to be left out, and read."""
        self._register()
        self._feed()
        for job in self._jobs:
            self._set(job)
        results: dict[int, list[tuple[Place, Any]]] = {}
        for _ in range(_ROUNDS):
            self._engine.evaluate_all()
            results = {job.number: self._raw(job) for job in self._jobs if job.number not in self._left_out}
            failed = self._failures(results)
            for job in self._jobs:
                if job.number in failed:
                    self._leave_out(job, failed[job.number])
            if not failed:
                break
        return self._told({number: raw for number, raw in results.items() if number not in self._left_out})

    def _add_jobs(self, sheet: str, references: _References) -> None:
        """Rewrite the formulas of a sheet."""
        part = self._book.sheet(sheet)
        areas = part.array_areas()
        for place, cell in sorted(part.formula_cells().items()):
            self._jobs.append(self._job(sheet, place, cell, areas.get(place), references))
            special = part.special_formulas().get(place)
            if special is not None and special.kind == "dataTable":
                self._left_out[len(self._jobs) - 1] = "what-if tables are not calculated"

    def _job(self, sheet: str, place: Place, cell: FormulaCell, area: Area | None, references: _References) -> _Job:
        """Rewrite one formula; one the engine must not be asked gets no text."""
        number = len(self._jobs)
        rewriter = _Rewriter(references, self._functions, sheet, place, number)
        try:
            text = rewriter.rewrite(cell.formula, area)
        except _UnsupportedError as error:
            text = ""
            self._left_out[number] = str(error)
        return _Job(
            number,
            sheet,
            place,
            area or Area(*place, *place),
            cell,
            text,
            tuple(rewriter.reads) if text else (),
            skips_errors=bool(rewriter.functions & _SKIPPING_ERRORS),
        )

    def _register(self) -> None:
        """Make our functions known to the engine."""
        self._engine.register_function(_FILL, _fill, min_args=3, max_args=3)
        for name, function in self._functions.items():
            self._engine.register_function(name, self._callback(function), min_args=1, max_args=None)

    def _callback(self, function: FunctionSpecification) -> Callable[..., Any]:
        """Give what the engine calls for a function of ours; the first argument tells which formula it is in."""

        def calculated(number: float, *arguments: Any) -> Any:
            outcome = call(function, [_argument(argument) for argument in arguments])
            if outcome.why:
                job = self._jobs[int(number)]
                self._reasons[job.sheet, *job.place] = outcome.why
            if isinstance(outcome.value, tuple):
                return [[_shown(cell) for cell in row] for row in outcome.value]
            return _shown(outcome.value)

        return calculated

    def _feed(self) -> None:
        """Give the engine the values that formulas read."""
        by_sheet: dict[str, list[Area]] = {}
        for job in self._jobs:
            for read in job.reads:
                by_sheet.setdefault(read.sheet, []).append(read.area)
        for sheet, areas in by_sheet.items():
            self._feed_sheet(sheet, areas)

    def _feed_sheet(self, sheet: str, areas: Sequence[Area]) -> None:
        """Read a sheet once and feed the columns wanted, neighbours together."""
        part = self._book.sheet(sheet)
        columns = _columns(areas, lambda: _extent(part))
        if not columns:
            return
        top, bottom = min(first for first, _ in columns.values()), max(last for _, last in columns.values())
        left, right = min(columns), max(columns)
        cells = part.read(Area(top, left, bottom, right))
        calculated = self._calculated(sheet)
        for first, last in _neighbours(sorted(columns)):
            values = [
                self._fed(sheet, cells[column - left], top, column, calculated.get(column, ()))
                for column in range(first, last + 1)
            ]
            self._engine.set_values_batch(sheet, top, first, [list(row) for row in zip(*values, strict=True)])

    def _calculated(self, sheet: str) -> dict[int, set[int]]:
        """List the cells of a sheet that the engine will fill: rows by column."""
        rows: dict[int, set[int]] = {}
        for job in self._jobs:
            if job.sheet == sheet:
                for column in range(job.area.left, job.area.right + 1):
                    rows.setdefault(column, set()).update(range(job.area.top, job.area.bottom + 1))
        return rows

    def _fed(
        self, sheet: str, cells: Sequence[Cell], top: int, column: int, calculated: Collection[int]
    ) -> Sequence[Any]:
        """Give a column as the engine takes it: stored values, nothing where it calculates itself."""
        if not calculated and {FormulaCell, ErrorCell}.isdisjoint(map(type, cells)):
            return cells
        fed: list[Any] = []
        for row, cell in enumerate(cells, start=top):
            value = None if row in calculated else value_of(cell)
            if isinstance(value, ErrorCell):
                self._errors.setdefault(sheet, []).append((row, column))
            fed.append(_to_engine(value))
        return fed

    def _set(self, job: _Job) -> None:
        """Give the engine a formula, or the stored value where it is left out."""
        if job.number in self._left_out:
            self._leave_out(job, self._left_out[job.number])
            return
        try:
            self._engine.set_formula(job.sheet, *job.place, job.text)
        except (RuntimeError, ValueError):
            self._leave_out(job, "it reads itself or cannot be read")

    def _leave_out(self, job: _Job, why: str) -> None:
        """Go on with the stored values of a formula."""
        self._left_out[job.number] = why
        columns = self._book.sheet(job.sheet).read(job.area)
        for column, cells in enumerate(columns, start=job.area.left):
            for row, cell in enumerate(cells, start=job.area.top):
                value = value_of(cell)
                if isinstance(value, ErrorCell):
                    self._errors.setdefault(job.sheet, []).append((row, column))
                self._engine.set_value(job.sheet, row, column, _to_engine(value))

    def _raw(self, job: _Job) -> list[tuple[Place, Any]]:
        """Read the cells of a formula as the engine gives them."""
        area = job.area
        if (area.top, area.left) == (area.bottom, area.right):
            return [(job.place, self._engine.get_value(job.sheet, *job.place))]
        block = formualizer.RangeAddress(job.sheet, area.top, area.left, area.bottom, area.right)
        rows = self._engine.sheet(job.sheet).get_values(block)
        return [
            ((row, column), value)
            for row, values in enumerate(rows, start=area.top)
            for column, value in enumerate(values, start=area.left)
        ]

    def _failures(self, results: Mapping[int, list[tuple[Place, Any]]]) -> dict[int, str]:
        """Find the formulas whose results must not be used."""
        failed = {}
        errors = {sheet: set(places) for sheet, places in self._errors.items()}
        for number, cells in results.items():
            kinds = {value.get("kind") for _, value in cells if isinstance(value, dict)}
            if kinds & {"Circ", "NImpl", "Cancelled", "Error"}:
                failed[number] = "it goes in a circle, or needs something that cannot be calculated here"
            sheet = self._jobs[number].sheet
            errors.setdefault(sheet, set()).update(place for place, value in cells if isinstance(value, dict))
        if failed:
            return failed
        return {
            number: "the engine would pass over an error cell in the range"
            for number in results
            if self._jobs[number].skips_errors and _meets(self._jobs[number].reads, errors)
        }

    def _told(self, results: Mapping[int, list[tuple[Place, Any]]]) -> Calculation:
        """Put the results together."""
        values: dict[str, dict[Place, Value]] = {}
        for number, cells in results.items():
            sheet = values.setdefault(self._jobs[number].sheet, {})
            sheet.update((place, _from_engine(value)) for place, value in cells)
        left_out = tuple(
            LeftOut(job.sheet, address(*job.place), job.cell.formula, self._left_out[job.number])
            for job in self._jobs
            if job.number in self._left_out
        )
        return Calculation(values, left_out, self._reasons)


def _argument(argument: Any) -> object:
    """Take an argument from the engine."""
    if isinstance(argument, list):
        return [[_argument(cell) for cell in row] for row in argument]
    return OMITTED if argument == _LEFT_OUT_ARGUMENT else _from_engine(argument)


def _shown(cell: Value) -> Any:
    """Hand a cell of a result to the engine; a blank is the empty text, as a function cannot give nothing."""
    return "" if cell is None else _to_engine(cell)


def _fill(rows: float, columns: float, result: Any) -> list[list[Any]]:
    """Fill the area of an array formula as Excel does: one value, row or column is repeated, what lacks is #N/A."""
    given = result if isinstance(result, list) else [[result]]
    height, width = len(given), len(given[0])
    filled = []
    for row in range(int(rows)):
        line = given[0] if height == 1 else given[row] if row < height else None
        filled.append([_cell_of(line, column, width) for column in range(int(columns))])
    return filled


def _cell_of(line: Sequence[Any] | None, column: int, width: int) -> Any:
    """Take one cell of a row of a result; a blank cell that is passed on counts as zero."""
    if line is None or (column >= width and width > 1):
        return _to_engine(ErrorCell("#N/A"))
    value = line[0] if width == 1 else line[column]
    if isinstance(value, dict):
        return formualizer.LiteralValue.error(value.get("kind", "Value"), "")
    return 0.0 if value is None else value


def _meets(reads: Iterable[_Reference], errors: Mapping[str, Collection[Place]]) -> bool:
    """Tell whether one of the ranges holds an error."""
    return any(
        read.area.top <= row <= read.area.bottom and read.area.left <= column <= read.area.right
        for read in reads
        for row, column in errors.get(read.sheet, ())
    )


def _extent(part: SheetPart) -> Place:
    """Find the last row and column of a sheet that hold something."""
    last_row = last_column = 0
    for row, column, _ in part.cells():
        last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _columns(areas: Iterable[Area], extent: Callable[[], Place]) -> dict[int, tuple[int, int]]:
    """Give the first and last row wanted of each column; whole rows and columns end where the sheet does."""
    columns: dict[int, tuple[int, int]] = {}
    last: Place | None = None
    for area in dict.fromkeys(areas):
        bottom, right = area.bottom, area.right
        if bottom == LAST_ROW or right == LAST_COLUMN:
            last = last or extent()
            bottom, right = min(bottom, last[0]), min(right, last[1])
        for column in range(area.left, right + 1):
            if area.top <= bottom:
                first, final = columns.get(column, (area.top, bottom))
                columns[column] = min(first, area.top), max(final, bottom)
    return columns


def _neighbours(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join column numbers that follow each other."""
    start = previous = columns[0]
    for column in columns[1:]:
        if column != previous + 1:
            yield start, previous
            start = column
        previous = column
    yield start, previous
