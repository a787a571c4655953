"""
Rules that can never decide, proven from the rules alone.

The cells a column can have fall into finitely many sorts: two cells that meet the same conditions are of one sort.
A rule can decide if there is a customer, a sort for each column, that meets it and none of the earlier ones. Between
two numbers of the rules there is taken to be another one, and a text that is named in no rule may contain anything;
so a rule is called hidden only when it is, and may be hidden without being called so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, nextafter

from salesplan_xl.core.segments.conditions import Column, ColumnKind, Condition, Point
from salesplan_xl.core.segments.rules import Rule

# How many partial customers are looked at before a rule is given the benefit of the doubt.
_PATIENCE = 20_000

# How many texts looked for with "contains" in one column are combined; with more, those conditions are not proven.
_MOST_PARTS = 8

Sort = frozenset[Condition]
Alternatives = Mapping[str, Sequence[Sort]]


@dataclass(frozen=True)
class Reach:
    """
    Whether a rule can ever decide.

    Parameters
    ----------
    contradicts_itself : bool
        Whether no customer can meet all of its conditions.
    hidden_by : tuple of int
        Positions of earlier rules that between them take every customer who meets it: one if one is enough; () if
        it can decide.
    """

    contradicts_itself: bool
    hidden_by: tuple[int, ...]


def reach_of_rules(rules: Sequence[Rule], columns: Mapping[str, Column]) -> tuple[Reach, ...]:
    """
    Find the rules that can never decide, whatever the customers are.

    Parameters
    ----------
    rules : sequence of Rule
        The rules in the order they are tried in.
    columns : mapping of str to Column
        The columns they ask for.

    Returns
    -------
    tuple of Reach
        One for each rule.

    Examples
    --------
    >>> from salesplan_xl.core.segments.rules import RuleRow, read_rules
    >>> rows = [RuleRow("Large", "size", ">", 7), RuleRow("Huge", "size", ">=", 90)]
    >>> reach_of_rules(*read_rules({"size": [5]}, rows))[1].hidden_by
    (0,)
    """
    conditions = {name: {one for rule in rules for one in rule.conditions if one.column == name} for name in columns}
    crowded = {name for name, asked in conditions.items() if len(_parts(asked)) > _MOST_PARTS}
    beyond = {one for name in crowded for one in conditions[name] if one.operator == "contains"}
    sorts = {name: _sorts(column.kind, conditions[name] - beyond) for name, column in columns.items()}
    # Without its conditions beyond proof a rule seems to meet more, which is no harm while it is looked at itself.
    asked = [_by_column(set(rule.conditions) - beyond) for rule in rules]
    provable = [not beyond & set(rule.conditions) for rule in rules]
    return tuple(
        _reach(place, [other for other in range(place) if provable[other]], asked, sorts) for place in range(len(rules))
    )


def _by_column(conditions: Iterable[Condition]) -> dict[str, Sort]:
    """Give the conditions of a rule by column."""
    found: dict[str, set[Condition]] = {}
    for condition in conditions:
        found.setdefault(condition.column, set()).add(condition)
    return {name: frozenset(some) for name, some in found.items()}


def _parts(conditions: Iterable[Condition]) -> list[str]:
    """Give the texts that conditions look for in others."""
    return sorted({one.values[0] for one in conditions if one.operator == "contains"})


def _reach(place: int, earlier: Sequence[int], asked: Sequence[Mapping[str, Sort]], sorts: Alternatives) -> Reach:
    """Find whether one rule can decide, and the fewest earlier rules in its way."""
    own = asked[place]
    open_sorts = {
        name: [one for one in alternatives if own.get(name, frozenset()) <= one] for name, alternatives in sorts.items()
    }
    if not all(open_sorts.values()):
        return Reach(contradicts_itself=True, hidden_by=())
    if _can_decide(earlier, asked, open_sorts):
        return Reach(contradicts_itself=False, hidden_by=())
    for other in earlier:
        if not _can_decide([other], asked, open_sorts):
            return Reach(contradicts_itself=False, hidden_by=(other,))
    needed = list(earlier)
    for other in earlier:
        rest = [one for one in needed if one != other]
        if not _can_decide(rest, asked, open_sorts):
            needed = rest
    return Reach(contradicts_itself=False, hidden_by=tuple(needed))


def _can_decide(earlier: Sequence[int], asked: Sequence[Mapping[str, Sort]], open_sorts: Alternatives) -> bool:
    """Tell whether there is a customer that none of some earlier rules takes; in doubt there is."""
    columns = sorted({name for other in earlier for name in asked[other]})
    last = {other: max(columns.index(name) for name in asked[other]) for other in earlier}
    waiting, seen = [(0, frozenset(earlier))], set[tuple[int, frozenset[int]]]()
    while waiting:
        depth, alive = waiting.pop()
        if not alive:
            return True
        for sort in open_sorts[columns[depth]]:
            left = frozenset(other for other in alive if asked[other].get(columns[depth], frozenset()) <= sort)
            state = (depth + 1, left)
            if any(last[other] <= depth for other in left) or state in seen:
                continue  # one of them takes every customer of this sort
            if len(seen) == _PATIENCE:
                return True
            seen.add(state)
            waiting.append(state)
    return False


def _sorts(kind: ColumnKind, conditions: Iterable[Condition]) -> list[Sort]:
    """Give the sorts of cells of a column, each as the conditions it meets."""
    asked = sorted(conditions, key=str)
    parts = _parts(asked)
    named = sorted({value for one in asked if one.operator != "contains" for value in one.values})
    known: list[Point] = [None, *named, *parts]
    found = {frozenset(one for one in asked if one.holds(point)) for point in known}
    plain = [one for one in asked if one.operator != "contains"]
    for point in _unnamed(kind, named):
        met = frozenset(one for one in plain if one.holds(point))
        for contained in _contained(parts):
            found.add(met | {one for one in asked if one.operator == "contains" and one.values[0] in contained})
    return sorted(found, key=lambda sort: sorted(map(str, sort)))


def _unnamed(kind: ColumnKind, named: Sequence[float | int | str]) -> list[Point]:
    """Give a cell before, between and after those that are named."""
    after: list[Point]
    if kind == "number":
        after = [nextafter(value, inf) for value in named]  # type: ignore[arg-type]  # numbers in a column of numbers
        return [nextafter(named[0], -inf), *after] if named else [0.0]  # type: ignore[arg-type]  # the same
    if kind == "date":
        after = [value + 1 for value in named]  # type: ignore[operator]  # days in a column of dates
        return [named[0] - 1, *after] if named else [0]  # type: ignore[operator]  # the same
    return ["", *(f"{value}\0" for value in named)]


def _contained(parts: Sequence[str]) -> list[frozenset[str]]:
    """Give the sets of parts a text may contain: with a part also what is part of it."""
    sets = (frozenset(some) for size in range(len(parts) + 1) for some in combinations(parts, size))
    return [one for one in sets if all(small in one for large in one for small in parts if small in large)]
