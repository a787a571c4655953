"""Every customer in exactly one segment, by the first rule met, with what each rule does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.segments.conditions import Column
from salesplan_xl.core.segments.hidden_rules import Reach, reach_of_rules
from salesplan_xl.core.segments.rules import Rule, RuleRow, read_rules

UNASSIGNED = "Unassigned"
"""Segment of customers who meet no rule."""

Verdict = Literal["decides", "idle", "hidden", "contradiction"]


@dataclass(frozen=True)
class RuleUse:
    """
    What one rule does.

    Parameters
    ----------
    segment : str
        Name of its segment.
    number : int
        Its number, or its place from 1 where rules are not numbered.
    rows : tuple of int
        Positions of its rows in the table of rules, from 0.
    matching : int
        Customers who meet it.
    first : int
        Customers who meet it and no earlier rule: those it puts into its segment.
    verdict : {"decides", "idle", "hidden", "contradiction"}
        Whether it decides for someone; for none of these customers; for nobody ever, because earlier rules take
        all who meet it; or for nobody ever, because its own conditions exclude each other. The last two are
        proven from the rules alone; see `salesplan_xl.core.segments.hidden_rules`.
    hidden_by : tuple of int
        Positions, in the order the rules are tried in, of the rules that hide it; () if it is not hidden.
    """

    segment: str
    number: int
    rows: tuple[int, ...]
    matching: int
    first: int
    verdict: Verdict
    hidden_by: tuple[int, ...]


@dataclass(frozen=True)
class Segmentation:
    """
    The segment of each customer, and what each rule does.

    Parameters
    ----------
    segments : tuple of str
        Name of the segment of each customer, in the order of the customers.
    rule : ndarray of int64, shape (n,)
        Position in `uses` of the rule that decided; -1 where none did.
    uses : tuple of RuleUse
        The rules in the order they are tried in.
    overlaps : ndarray of int64, shape (rules, rules)
        How many customers meet both of two rules; on the diagonal, how many meet the one.
    uncovered : int
        How many customers meet no rule.
    uncovered_share : float
        Their share of the customers; 0 where there are none.
    """

    segments: tuple[str, ...]
    rule: NDArray[np.int64]
    uses: tuple[RuleUse, ...]
    overlaps: NDArray[np.int64]
    uncovered: int
    uncovered_share: float

    @property
    def names(self) -> tuple[str, ...]:
        """The segments that there are rules for, in the order of their first rule."""
        return tuple(dict.fromkeys(use.segment for use in self.uses))

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Number of the rule that decided for each customer; -1 where none did."""
        known = np.array([*(use.number for use in self.uses), -1], dtype=np.int64)
        return known[self.rule]


def apply_rules(
    customers: Mapping[str, Any],
    rules: Iterable[RuleRow | Sequence[object]],
    *,
    unassigned: str = UNASSIGNED,
) -> Segmentation:
    """
    Put every customer into exactly one segment: that of the first rule the customer meets.

    Parameters
    ----------
    customers : mapping of str to sequence
        Cells by column, all of one length: numbers, dates, texts or truth values; None, NaN or an empty text
        where blank.
    rules : iterable of RuleRow
        The rows of the table of rules; see `salesplan_xl.core.segments.rules` and
        `salesplan_xl.core.segments.conditions`.
    unassigned : str, default "Unassigned"
        Segment of the customers who meet no rule.

    Returns
    -------
    Segmentation
        Segments in the order of the customers.

    Raises
    ------
    RulesError
        With everything in the rules that cannot stand, all at once.
    WrongShapeError
        If the columns are not of one length.

    Examples
    --------
    >>> found = apply_rules(
    ...     {"volume": [500, 20, None], "sector": ["Retail", "food", "retail"]},
    ...     [RuleRow("Key", "volume", ">=", 100), RuleRow("Shops", "sector", "=", "retail")],
    ... )
    >>> found.segments
    ('Key', 'Unassigned', 'Shops')
    """
    asked, columns = read_rules(customers, rules)
    count = _count(customers)
    met = np.array([_meeting(rule, columns, count) for rule in asked])
    decided = np.where(met.any(axis=0), met.argmax(axis=0), -1).astype(np.int64)
    uncovered = int(np.count_nonzero(decided < 0))
    return Segmentation(
        _names(asked, decided, unassigned),
        decided,
        _uses(asked, met, decided, reach_of_rules(asked, columns)),
        np.array([[np.count_nonzero(one & other) for other in met] for one in met], dtype=np.int64),
        uncovered,
        uncovered / count if count else 0.0,
    )


def segment_of_each(
    customers: Mapping[str, Any], rules: Iterable[RuleRow | Sequence[object]], *, unassigned: str = UNASSIGNED
) -> tuple[str, ...]:
    """
    Name the segment of every customer, and nothing else: what `apply_rules` says of the rules takes long for many.

    Parameters
    ----------
    customers : mapping of str to sequence
        Cells by column, as for `apply_rules`.
    rules : iterable of RuleRow
        The rows of the table of rules.
    unassigned : str, default "Unassigned"
        Segment of the customers who meet no rule.

    Returns
    -------
    tuple of str
        In the order of the customers: that of the first rule each one meets.

    Raises
    ------
    RulesError
        With everything in the rules that cannot stand, all at once.
    WrongShapeError
        If the columns are not of one length.

    Examples
    --------
    >>> segment_of_each({"volume": [500, 20]}, [RuleRow("Key", "volume", ">=", 100)])
    ('Key', 'Unassigned')
    """
    asked, columns = read_rules(customers, rules)
    count = _count(customers)
    decided = np.full(count, -1, dtype=np.int64)
    for place, rule in enumerate(asked):
        decided[(decided < 0) & _meeting(rule, columns, count)] = place
    return _names(asked, decided, unassigned)


def _count(customers: Mapping[str, Any]) -> int:
    """Count the customers."""
    return len(next(iter(customers.values()), ()))


def _meeting(rule: Rule, columns: Mapping[str, Column], count: int) -> NDArray[np.bool_]:
    """Tell who meets a rule."""
    met = np.ones(count, dtype=bool)
    for condition in rule.conditions:
        met &= columns[condition.column].where(condition)
    return met


def _names(rules: Sequence[Rule], decided: NDArray[np.int64], unassigned: str) -> tuple[str, ...]:
    """Name the segments by the rules that decided."""
    names = [*(rule.segment for rule in rules), unassigned]
    return tuple(names[place] for place in decided.tolist())


def _uses(
    rules: Sequence[Rule], met: NDArray[np.bool_], decided: NDArray[np.int64], reaches: Sequence[Reach]
) -> tuple[RuleUse, ...]:
    """Say what each rule does."""
    first = np.bincount(decided[decided >= 0], minlength=len(rules)).tolist()
    return tuple(
        RuleUse(
            rule.segment,
            rule.number,
            rule.rows,
            int(np.count_nonzero(met[place])),
            first[place],
            _verdict(reaches[place], first[place]),
            reaches[place].hidden_by,
        )
        for place, rule in enumerate(rules)
    )


def _verdict(reach: Reach, first: int) -> Verdict:
    """Say whether a rule decides."""
    if reach.contradicts_itself:
        return "contradiction"
    if reach.hidden_by:
        return "hidden"
    return "decides" if first else "idle"
