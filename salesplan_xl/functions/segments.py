"""Customers as cells on their way to core: into classes, scores and segments, refusals named by row and column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.errors import RuleFault, RulesError
from salesplan_xl.core.money import CENT, LIMIT
from salesplan_xl.core.segments import OPERATORS, RuleRow, abc_class, rfm_score, segment_of_each
from salesplan_xl.functions.conversion import HeadedTable
from salesplan_xl.functions.errors import CellError, refuse_table
from salesplan_xl.functions.exact import FINE, in_main_unit, in_whole_units
from salesplan_xl.workbook.cells import Value
from salesplan_xl.workbook.dates import serial_of
from salesplan_xl.workbook.labels import LANGUAGES, catalogue
from salesplan_xl.workbook.sheets.segments import RULE_OPERATORS, SEGMENT_RULES

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

RFM_HEADERS = ("id", "recency days", "frequency", "monetary", "R", "F", "M")
"""First row of what `score_customers` gives."""

_LISTED = 5

_IN_ORDER = ("segment", "column", "operator", "value", "value2")
_NUMBERS = ("rule", "number", "rulenumber", "ruleno", "no")
_IN_PLAN = {"number": "rule", "value2": "second"}  # where the plan's own table of rules has another column id
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def class_values(values: Floats, a: float, b: float) -> NDArray[Any]:
    """
    Class values A, B or C by their cumulative share.

    Parameters
    ----------
    values : ndarray of float64, any shape
        Zero or more; NaN where a cell is blank. Equal ones come in the order of the cells.
    a, b : float
        Shares of the total up to which a value is A, and B.

    Returns
    -------
    ndarray of object, shape of `values`
        The classes, None where `values` is blank. Values of at most six decimals and 15 digits are compared with
        the cuts exactly.

    Raises
    ------
    PlanError
        What `salesplan_xl.core.segments.abc_class` refuses.

    Examples
    --------
    >>> class_values(np.array([60.0, np.nan, 25.0, 15.0]), 0.8, 0.95).tolist()
    ['A', None, 'A', 'B']
    """
    known = ~np.isnan(values)
    classes = np.full(values.shape, None, dtype=object)
    (given,), _ = in_whole_units(values[known])
    if (values[known] < 0).any():
        given = values[known]  # so that the refusal names the amount as it stands in the cell
    classes[known] = abc_class(given, (a, b)).classes
    return classes


def score_customers(
    ids: NDArray[Any], dates: Days, amounts: Floats, asof: dt.date, bins: int
) -> list[tuple[object, ...]]:
    """
    Score customers by recency, frequency and amount of their orders.

    Parameters
    ----------
    ids : ndarray of str or number, shape (n,)
        The customer of each order; None where the row is blank.
    dates : ndarray of datetime64[D], shape (n,)
        The day of each order; NaT where the row is blank.
    amounts : ndarray of float64, shape (n,)
        The amount of each order, a return negative; NaN where the row is blank. Amounts of at most six decimals are
        added up exactly; if there are others, the amount of each customer is rounded to a millionth.
    asof : date
        The day to look back from.
    bins : int
        Highest score.

    Returns
    -------
    list of tuple
        `RFM_HEADERS`, then a row for each customer, by id.

    Raises
    ------
    CellError
        ``#VALUE!`` if the orders stand in a table, or a row is blank only in part.
    PlanError
        What `salesplan_xl.core.segments.rfm_score` refuses.

    Examples
    --------
    >>> days = np.array(["2026-01-10", "2026-03-01"], dtype="datetime64[D]")
    >>> score_customers(np.array(["Ana", "Bo"]), days, np.array([50.0, 30.0]), dt.date(2026, 3, 31), 5)[1:]
    [('Ana', 80, 1, 50.0, 1, 1, 2), ('Bo', 30, 1, 30.0, 2, 1, 1)]
    """
    refuse_table("ids", ids)
    blank = {
        "ids": np.array([label is None for label in ids], dtype=bool),
        "dates": np.isnat(dates),
        "amounts": np.isnan(amounts),
    }
    skipped = np.logical_and.reduce(list(blank.values()))
    for name, missing in blank.items():
        for place in np.flatnonzero(missing & ~skipped).tolist():
            raise CellError("#VALUE!", f"cell {place + 1} of {name} is blank but not the rest of its order; fill it in")
    (paid,), unit = in_whole_units(amounts[~skipped])
    rounded_to = _rounding(paid) if unit is None else unit
    scored = rfm_score(ids[~skipped].tolist(), dates[~skipped], paid, asof, bins=bins, unit=rounded_to)
    monetary = in_main_unit(scored.monetary, unit)
    columns = (scored.recency_days, scored.frequency, monetary, scored.r, scored.f, scored.m)
    return [RFM_HEADERS, *zip(scored.ids, *(column.tolist() for column in columns), strict=True)]


def segment_customers(customers: HeadedTable, rules: HeadedTable) -> list[Value]:
    """
    Name the segment of each customer by rules.

    Parameters
    ----------
    customers : HeadedTable
        A row for each customer.
    rules : HeadedTable
        Rows of conditions with the headers segment, column, operator, value and, where needed, value2 and rule
        (the number), or with those of the plan's own table of rules in any language; others are passed over. Under
        other headers four or five columns are taken in that order. An operator is a sign or the words of the plan;
        a text such as 2026-01-31 is a day where the column has numbers, as the days of a sheet are.

    Returns
    -------
    list
        The segment of each row of `customers`; None for a row that is blank throughout.

    Raises
    ------
    CellError
        ``#VALUE!`` if the columns of the rules cannot be told, or with the cells of the rules that cannot stand.
    PlanError
        What else `salesplan_xl.core.segments.segment_of_each` refuses.

    Examples
    --------
    >>> segment_customers(
    ...     HeadedTable(("volume",), ((500.0,), (20.0,))),
    ...     HeadedTable(("segment", "column", "operator", "value"), (("Key", "volume", ">=", 100.0),)),
    ... )
    ['Key', 'Unassigned']
    >>> segment_customers(
    ...     HeadedTable(("Since",), ((46053.0,), (45000.0,))),  # 31 January 2026 and 15 March 2023
    ...     HeadedTable(("Segment", "Column", "Operator", "Value"), (("New", "Since", "at least", "2026-01-31"),)),
    ... )
    ['New', 'Unassigned']
    """
    filled = [row for row in customers.rows if any(cell is not None for cell in row)]
    cells = {header: [row[place] for row in filled] for place, header in enumerate(customers.headers)}
    places = _rule_columns(rules.headers)
    headed = rules.headers[places["operator"]].strip().casefold() not in {*OPERATORS, *_operators()}
    rows: Sequence[tuple[Value, ...]] = rules.rows if headed else (rules.headers, *rules.rows)
    numeric = {name.strip().casefold() for name, column in cells.items() if any(isinstance(c, float) for c in column)}
    asked = [_rule_row({field: row[place] for field, place in places.items()}, numeric) for row in rows]
    try:
        found = iter(segment_of_each(cells, asked))
    except RulesError as error:
        raise CellError("#VALUE!", _faults(error, lambda fault: _place(fault, places, headed=headed))) from error
    return [next(found) if any(cell is not None for cell in row) else None for row in customers.rows]


def _rounding(amounts: Floats) -> float:
    """Give the finest unit that amounts can be rounded to, whatever their size."""
    return FINE if np.abs(amounts).max(initial=0.0) < FINE * LIMIT else CENT


def _rule_columns(headers: Sequence[str]) -> dict[str, int]:
    """Find the columns of a table of rules, by header or else by place."""
    keys = [_key(header) for header in headers]
    found = {field: next((keys.index(name) for name in names if name in keys), -1) for field, names in _names().items()}
    places = {field: place for field, place in found.items() if place >= 0}
    if places.keys() >= set(_IN_ORDER[:4]):
        return places
    if 4 <= len(headers) <= 5:
        return dict(zip(_IN_ORDER, range(len(headers)), strict=False))
    raise CellError("#VALUE!", f"rules needs the headers {', '.join(_IN_ORDER[:4])} and, for between, value2")


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """The headers a column of rules is known by, as keys."""
    named = {field: [field] for field in _IN_ORDER} | {"number": [*_NUMBERS]}
    for field, names in named.items():
        names += [
            _key(catalogue(language).header(SEGMENT_RULES.id, _IN_PLAN.get(field, field))) for language in LANGUAGES
        ]
    return {field: tuple(names) for field, names in named.items()}


@cache
def _operators() -> dict[str, str]:
    """What the words of the plan mean, in every language."""
    return {
        text.casefold(): RULE_OPERATORS[choice]
        for language in LANGUAGES
        for choice, text in catalogue(language).choices["rule_operator"].items()
    }


def _key(header: str) -> str:
    """A header without case, blanks and signs."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


def _rule_row(cells: dict[str, Value], numeric: Collection[str]) -> RuleRow:
    """One row of rules with its operator as core has it, and days as numbers where the column asked for has numbers."""
    operator = cells["operator"]
    if isinstance(operator, str):
        cells = {**cells, "operator": _operators().get(" ".join(operator.split()).casefold(), operator)}
    if str(cells["column"]).strip().casefold() in numeric:
        cells |= {field: _as_serial(cells[field]) for field in ("value", "value2") if field in cells}
    return RuleRow(**cells)


def _as_serial(cell: Value) -> Value:
    """A text that is a day as the number a sheet has for it."""
    if not isinstance(cell, str) or not _ISO_DATE.match(cell.strip()):
        return cell
    try:
        return serial_of(dt.date.fromisoformat(cell.strip()))
    except ValueError:
        return cell


def _faults(error: RulesError, place: Callable[[RuleFault], str]) -> str:
    """Say what cannot stand in the rules, and where."""
    if not error.faults:
        return "there are no rules below the header row of rules"
    said = [f"{place(fault)} {_said(fault)}" for fault in error.faults[:_LISTED]]
    more = len(error.faults) - len(said)
    return "; ".join([*said, f"and {more} more"] if more else said)


def _said(fault: RuleFault) -> str:
    """Say what stands in a cell and what should."""
    return f"{'is' if fault.found is None else 'holds'} {fault.shown}, {fault.expected}"


def _place(fault: RuleFault, places: dict[str, int], *, headed: bool) -> str:
    """Name the cell of a fault."""
    row = fault.row + (2 if headed else 1)
    return f"row {row}, column {places[fault.field] + 1} of rules" if fault.field in places else f"row {row} of rules"
