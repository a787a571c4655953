"""The table of segment rules: its words become conditions on customers, and what its rules do is told at its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesplan_xl.core.errors import RuleFault, RulesError
from salesplan_xl.core.segments import RuleRow, RuleUse, Segmentation, apply_rules
from salesplan_xl.workbook.codec import from_text
from salesplan_xl.workbook.dates import days_of
from salesplan_xl.workbook.labels import Labels, catalogue
from salesplan_xl.workbook.problems import Problem, RefusalError, problem
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.schema import Column, Kind
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.segments import RULE_COLUMNS, RULE_OPERATORS
from salesplan_xl.workbook.wording import expected, shown

_FIELDS = {"number": "rule", "value2": "second"}
"""What core calls columns of the table that have another id."""

_SEPARATORS = ";|,"


def segment_by_rules(customers: pd.DataFrame, rules: Rows, labels: Labels) -> Segmentation:
    """
    Put every customer into one segment.

    Parameters
    ----------
    customers : DataFrame
        With every column that rules may ask for, as typed rows.
    rules : Rows
        The table of rules.
    labels : Labels
        Texts of the plan's language; columns are known to the rules by their headers, choices by their texts.

    Returns
    -------
    Segmentation
        Segments in the order of the customers. The rows of its rules are positions in the frame of `rules`.

    Raises
    ------
    RefusalError
        With every cell of the rules that cannot stand, or if there are no rules.
    """
    if rules.frame.empty:
        at = rules.cells.place(-1, rules.headers["rule"])
        raise RefusalError([problem("E-SEGMENT-RULES", sheet=rules.cells.sheet, cell=at)])
    listed = rules.frame.to_dict("records")
    wrong = [
        (row, field)
        for row, record in enumerate(listed)
        for field in ("value", "second")
        if _typed(record, field, labels) is None and not pd.isna(record[field])
    ]
    cells = {labels.header(CUSTOMERS.id, name): _cells(customers, name, labels) for name in RULE_COLUMNS}
    try:
        found = apply_rules(
            cells, [_rule_row(record, labels) for record in listed], unassigned=labels.texts["unassigned"]
        )
    except RulesError as error:
        told = [fault for fault in error.faults if (fault.row, _FIELDS.get(fault.field, fault.field)) not in wrong]
        problems = [*(_fault(fault, rules, labels) for fault in told), *_wrong_values(wrong, rules, labels)]
        raise RefusalError(problems) from error
    if wrong:
        raise RefusalError(list(_wrong_values(wrong, rules, labels)))
    return found


def rule_counts(found: Segmentation, rules: Rows) -> pd.DataFrame:
    """
    Write beside each rule how many customers meet it and for how many it decides.

    Parameters
    ----------
    found : Segmentation
        What the rules do.
    rules : Rows
        The table of rules.

    Returns
    -------
    DataFrame
        Its rows, the counts beside the first row of each rule. Those it decides for add up to the customers that
        have a segment.
    """
    meeting, deciding = (np.full(len(rules.frame), np.nan) for _ in range(2))
    for use in found.uses:
        meeting[use.rows[0]], deciding[use.rows[0]] = use.matching, use.first
    return rules.frame.assign(meeting=meeting, deciding=deciding)


def noticed_in_rules(found: Segmentation, rules: Rows) -> Iterator[Problem]:
    """
    Tell rules that do nothing, and rules that share customers.

    Parameters
    ----------
    found : Segmentation
        What the rules do.
    rules : Rows
        The table of rules.

    Yields
    ------
    Problem
        Warnings, each at the first row of its rule.
    """
    filled = set(found.segments)
    empty: set[str] = set()
    for use in found.uses:
        values: dict[str, Any] = {"rule": use.number, "segment": use.segment, "count": use.matching}
        if use.verdict == "contradiction":
            yield _at(rules, use, "W-RULE-NEVER", **values)
        elif use.verdict == "hidden":
            others = ", ".join(str(found.uses[other].number) for other in use.hidden_by)
            yield _at(rules, use, "W-RULE-HIDDEN", others=others, **values)
        elif use.segment not in filled and use.segment not in empty:
            empty.add(use.segment)
            yield _at(rules, use, "W-SEGMENT-EMPTY", **values)
        elif use.verdict == "idle" and use.segment in filled:
            yield _at(rules, use, "W-RULE-IDLE", **values)
    yield from _overlaps(found, rules)


def _overlaps(found: Segmentation, rules: Rows) -> Iterator[Problem]:
    """The pairs of rules of different segments that share customers, in one sentence."""
    shared = [
        (int(found.overlaps[one, other]), one, other)
        for other, later in enumerate(found.uses)
        for one, use in enumerate(found.uses[:other])
        if use.segment != later.segment and found.overlaps[one, other]
    ]
    if shared:
        most, one, other = max(shared, key=lambda pair: pair[0])
        first, later = found.uses[one], found.uses[other]
        yield _at(
            rules,
            later,
            "W-RULE-OVERLAP",
            count=len(shared),
            most=most,
            rule=first.number,
            first=first.segment,
            later=later.number,
            other=later.segment,
        )


def _at(rules: Rows, use: RuleUse, code: str, **values: Any) -> Problem:
    """A problem at the first row of a rule."""
    return problem(code, sheet=rules.cells.sheet, cell=rules.place(use.rows[0], "rule"), **values)


def _cells(customers: pd.DataFrame, name: str, labels: Labels) -> Sequence[Any] | np.ndarray:
    """A column of customers as its cells show it."""
    column = CUSTOMERS.column(name)
    values = customers[name]
    if column.kind.is_number or column.kind.is_date:
        return values.to_numpy()
    texts = labels.choices[column.choices] if column.choices else {}
    return [None if pd.isna(value) else texts.get(value, value) for value in values]


def _rule_row(record: dict[Any, Any], labels: Labels) -> RuleRow:
    """A row of the table in the words of core; a value that is none of its column stays as it is."""
    value, second = (
        record[field] if (typed := _typed(record, field, labels)) is None else typed for field in ("value", "second")
    )
    column = labels.header(CUSTOMERS.id, record["column"])
    return RuleRow(record["segment"], column, RULE_OPERATORS[record["operator"]], value, second, int(record["rule"]))


def _typed(record: dict[Any, Any], field: str, labels: Labels) -> Any:
    """What stands in a value cell as its column of customers has it; None for a blank and for what it cannot have."""
    text, operator, column = record[field], record["operator"], CUSTOMERS.column(record["column"])
    if pd.isna(text) or operator in ("contains", "blank", "not_blank"):
        return None if pd.isna(text) else text
    if operator != "one_of":
        return _value(text, column, labels)
    separator = next((sign for sign in _SEPARATORS if sign in text), ";")
    values = [_value(part, column, labels) for part in text.split(separator) if part.strip()]
    return None if any(value is None for value in values) else values


def _value(text: str, column: Column, labels: Labels) -> Any:
    """One value as its column has it; None for one it cannot have."""
    text = text.strip()
    if column.choices:
        shown_texts = labels.choices[column.choices]
        english = catalogue("en").choices[column.choices]
        known = {name.casefold(): own for choice, own in shown_texts.items() for name in (choice, english[choice], own)}
        return known.get(text.casefold())
    number = from_text(Kind.NUMBER, text)
    if column.kind.is_number:
        return number if isinstance(number, float) else None
    if column.kind.is_date:
        serial = number if isinstance(number, float) else from_text(Kind.DATE, text)
        day = days_of(np.array([serial if isinstance(serial, float) else np.nan]))[0]
        return None if np.isnat(day) else day.item()
    return text


def _fault(fault: RuleFault, rules: Rows, labels: Labels) -> Problem:
    """What core refuses in a cell of the rules."""
    field = _FIELDS.get(fault.field, fault.field)
    record = rules.frame.iloc[fault.row]
    column = CUSTOMERS.column(record["column"])
    values = {
        "value": shown(record[field]),
        "header": rules.headers[field],
        "column": labels.header(CUSTOMERS.id, column.id),
        "operator": labels.choices["rule_operator"][record["operator"]],
        "kind": _expected(column, labels),
        "expected_value": _expected(column, labels),
    }
    codes = {"reversed": "E-RULE-ORDER", "not used": "E-RULE-UNUSED"}
    code = codes.get(fault.code, "E-RULE-VALUE" if field in ("value", "second") else "E-RULE-OPERATOR")
    return problem(code, sheet=rules.cells.sheet, cell=rules.place(fault.row, field), **values)


def _wrong_values(wrong: Sequence[tuple[int, str]], rules: Rows, labels: Labels) -> Iterator[Problem]:
    """Values that their column of customers cannot have."""
    for row, field in wrong:
        column = CUSTOMERS.column(rules.frame["column"].iloc[row])
        yield problem(
            "E-RULE-VALUE",
            sheet=rules.cells.sheet,
            cell=rules.place(row, field),
            value=shown(rules.frame[field].iloc[row]),
            header=rules.headers[field],
            column=labels.header(CUSTOMERS.id, column.id),
            expected_value=_expected(column, labels),
        )


def _expected(column: Column, labels: Labels) -> str:
    """What values of a column are, in words."""
    if column.choices:
        return expected(column, labels)
    kind = Kind.NUMBER if column.kind.is_number else Kind.DATE if column.kind.is_date else Kind.TEXT
    return expected(Column(column.id, kind), labels)
