"""
Segment rules: conditions on the columns of customers that a salesperson can read.

A table of rules has a row for each condition. The rows of one segment with the same number are one rule, met by a
customer who meets all of them. Rules that are numbered come in the order of their numbers, others in the order of
their rows.
"""

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple

from salesplan_xl.core.errors import RuleFault, RulesError, WrongShapeError
from salesplan_xl.core.segments.conditions import (
    OPERATORS,
    ORDERINGS,
    Column,
    ColumnKind,
    Condition,
    cleaned,
    operand,
    read_column,
)

_WITHOUT_VALUE = frozenset({"is blank", "is not blank"})

# Other ways to write an operator, such as one that a cell does not take for a formula.
_SYNONYMS = {
    "==": "=",
    "is": "=",
    "equals": "=",
    "!=": "<>",
    "≠": "<>",
    "is not": "<>",
    "≤": "<=",
    "≥": ">=",
    "is one of": "in",
    "blank": "is blank",
    "not blank": "is not blank",
}

_KINDS = {"number": "a number", "date": "a date such as 2026-01-31", "text": "a text", "mixed": "a text"}


class RuleRow(NamedTuple):
    """
    One row of a table of rules, as it was typed; None where blank.

    Parameters
    ----------
    segment : object
        Name of the segment.
    column : object
        Name of a column of the customers; upper and lower case are the same.
    operator : object
        One of `OPERATORS`.
    value : object, default None
        What the column is compared with. For "in" a list of values, or one text with semicolons, bars or commas
        between them (the first of these that there is).
    value2 : object, default None
        The upper end for "between", itself included; blank for the others.
    number : object, default None
        Number of the rule, a whole number; blank where the rules are not numbered.
    """

    segment: Any
    column: Any
    operator: Any
    value: Any = None
    value2: Any = None
    number: Any = None


@dataclass(frozen=True)
class Rule:
    """
    Conditions that make a customer part of a segment when all of them are met.

    Parameters
    ----------
    segment : str
        Name of the segment.
    number : int
        Its number, or its place from 1 where rules are not numbered.
    rows : tuple of int
        Positions of its rows in the table, from 0.
    conditions : tuple of Condition
        A condition for each of the rows.
    """

    segment: str
    number: int
    rows: tuple[int, ...]
    conditions: tuple[Condition, ...]


def read_rules(
    customers: Mapping[str, Any], rules: Iterable[RuleRow | Sequence[object]]
) -> tuple[tuple[Rule, ...], dict[str, Column]]:
    """
    Read a table of rules for the columns of customers.

    Parameters
    ----------
    customers : mapping of str to sequence
        Cells by column, all of one length: numbers, dates, texts or truth values; None, NaN or an empty text
        where blank.
    rules : iterable of RuleRow
        The rows, in the order of the table. Rows that are blank throughout are passed over.

    Returns
    -------
    rules : tuple of Rule
        The rules in the order they are tried in.
    columns : dict from str to Column
        The columns they ask for.

    Raises
    ------
    RulesError
        With everything that cannot stand, all at once: no rules, an unknown column or operator, a missing segment,
        value or second value, a value that is not of the kind of its column or not in one order with it, a second
        value below the first or where none is used, an order of cells that are not of one kind, a number that is
        not whole or missing beside others.
    WrongShapeError
        If the columns are not of one length.

    Examples
    --------
    >>> found, columns = read_rules({"Size": [5, 9]}, [RuleRow("Large", "size", ">", 7)])
    >>> found[0].conditions[0].column, columns["Size"].kind
    ('Size', 'number')
    """
    _check_lengths(customers)
    rows = [RuleRow(*map(cleaned, row)) for row in rules]
    filled = [(position, row) for position, row in enumerate(rows) if any(cell is not None for cell in row)]
    if not filled:
        raise RulesError(())
    names = {_key(name): name for name in customers} | {name: name for name in customers}
    compared: dict[str, list[object]] = {}
    for _, row in filled:
        name = _named(row.column, names)
        if name is not None:
            values = _items(row.value) if _operator(row.operator) == "in" else [row.value, row.value2]
            compared.setdefault(name, []).extend(values)
    columns = {name: read_column(customers[name], values) for name, values in compared.items()}
    numbered = any(row.number is not None for _, row in filled)
    faults: list[RuleFault] = []
    conditions: dict[int, Condition] = {}
    for position, row in filled:
        found = list(_faults(position, row, names, columns, numbered=numbered))
        faults += found
        if not found:
            column = str(_named(row.column, names))
            operator = _operator(row.operator)
            conditions[position] = Condition(column, operator, _values(row, operator, columns[column].kind))
    if faults:
        raise RulesError(tuple(faults))
    return _grouped(filled, conditions), columns


def _check_lengths(customers: Mapping[str, Any]) -> None:
    """Refuse columns that are not of one length."""
    lengths = {name: len(customers[name]) for name in customers}
    first = next(iter(lengths.values()), 0)
    for name, length in lengths.items():
        if length != first:
            raise WrongShapeError(f"cells of {name}", (length,), (first,))


def _key(name: object) -> str:
    """Give a name as it is compared with others."""
    return " ".join(str(name).split()).casefold()


def _operator(typed: object) -> str:
    """Give an operator as `OPERATORS` has it, or as it was typed where it is none of them."""
    key = _key(typed)
    return _SYNONYMS.get(key, key)


def _items(value: Any) -> list[Any]:
    """Give the values of a list, which in a cell is a text with a separator between them."""
    if isinstance(value, str):
        separator = next((sign for sign in ";|," if sign in value), ";")
        value = value.split(separator)
    items = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [item for item in map(cleaned, items) if item is not None]


def _values(row: RuleRow, operator: str, kind: ColumnKind) -> tuple[Any, ...]:
    """Give what a row compares its column with."""
    if operator in _WITHOUT_VALUE:
        return ()
    given = _items(row.value) if operator == "in" else [row.value, row.value2] if operator == "between" else [row.value]
    return tuple(operand(value, kind) for value in given)


def _faults(
    position: int, row: RuleRow, names: Mapping[str, str], columns: Mapping[str, Column], *, numbered: bool
) -> Iterator[RuleFault]:
    """Yield what cannot stand in a row."""
    number = int(row.number) if _is_whole(row.number) else None

    def fault(field: str, code: str, expected: str) -> RuleFault:
        return RuleFault(position, number, field, code, getattr(row, field), expected)

    if numbered and number is None:
        yield fault("number", "missing" if row.number is None else "wrong kind", "a whole number is expected")
    if row.segment is None:
        yield fault("segment", "missing", "the name of a segment is expected")
    operator = _operator(row.operator)
    if row.operator is None or operator not in OPERATORS:
        expected = f"choose {', '.join(OPERATORS[:-1])} or {OPERATORS[-1]}"
        yield fault("operator", "missing" if row.operator is None else "unknown", expected)
    name = _named(row.column, names)
    if name is None:
        expected = f"choose a column of the customers{_nearest(row.column, names)}"
        yield fault("column", "missing" if row.column is None else "unknown", expected)
    elif operator in OPERATORS:
        yield from _value_faults(row, operator, columns[name].kind, fault)


def _value_faults(
    row: RuleRow, operator: str, kind: ColumnKind, fault: Callable[[str, str, str], RuleFault]
) -> Iterator[RuleFault]:
    """Yield what cannot stand in the values of a row."""
    if operator in ORDERINGS and kind == "mixed":
        yield fault("column", "wrong kind", f"whose cells are not of one kind, so {operator} cannot be asked of them")
        return
    if operator == "contains" and kind in ("number", "date"):
        yield fault("operator", "wrong kind", f"which cannot be asked of a column of {kind}s")
        return
    used = [] if operator in _WITHOUT_VALUE else ["value", "value2"] if operator == "between" else ["value"]
    for field in ("value", "value2"):
        value = getattr(row, field)
        items = _items(value) if operator == "in" else [] if value is None else [value]
        if field not in used:
            if value is not None:
                yield fault(field, "not used", f"which {operator} does not use; leave it blank")
        elif not items:
            yield fault(field, "missing", f"{_KINDS[kind]} is expected")
        elif any(
            isinstance(item, list | tuple | set | frozenset)
            or operand(item, kind) is None
            or (operator in ORDERINGS and kind == "text" and not isinstance(item, str))
            for item in items
        ):
            yield fault(field, "wrong kind", f"{_KINDS[kind]} is expected, as in the column")
    if operator == "between" and row.value is not None and row.value2 is not None:
        low, high = _values(row, operator, kind)
        if low is not None and high is not None and high < low:
            yield fault("value2", "reversed", "which is below the first value; the larger one comes second")


def _named(column: object, names: Mapping[str, str]) -> str | None:
    """Find the column of the customers that is meant."""
    return None if column is None else names.get(str(column), names.get(_key(column)))


def _nearest(column: object, names: Mapping[str, str]) -> str:
    """Name the column that was probably meant."""
    close = difflib.get_close_matches(_key(column), names, 1)
    return f", such as {names[close[0]]!r}" if close else ""


def _is_whole(number: Any) -> bool:
    """Tell a whole number from everything else."""
    return isinstance(number, Real) and not isinstance(number, bool) and math.isfinite(number) and number % 1 == 0


def _grouped(filled: Sequence[tuple[int, RuleRow]], conditions: Mapping[int, Condition]) -> tuple[Rule, ...]:
    """Join the rows of each rule and put the rules in order."""
    groups: dict[tuple[str, int | None], list[int]] = {}
    segments: dict[str, str] = {}
    for position, row in filled:
        segments.setdefault(_key(row.segment), str(row.segment))
        number = None if row.number is None else int(row.number)
        groups.setdefault((_key(row.segment), number), []).append(position)
    ordered = sorted(groups.items(), key=lambda group: (group[0][1] or 0, group[1][0]))
    return tuple(
        Rule(
            segments[segment],
            place if number is None else number,
            tuple(rows),
            tuple(conditions[row] for row in rows),
        )
        for place, ((segment, number), rows) in enumerate(ordered, start=1)
    )
