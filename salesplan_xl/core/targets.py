"""Targets: amounts that parts of a plan must hold, and the divisions of the plan they make."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.divisions import Division, deciding_axes
from salesplan_xl.core.errors import (
    AmountTooLargeError,
    CrossedTargetsError,
    DisagreeingTargetsError,
    DuplicateTargetError,
    NegativeAmountError,
    NotAnAmountError,
    NotWholeUnitsError,
    Scope,
    WrongShapeError,
)
from salesplan_xl.core.levels import Level, sort_into_levels
from salesplan_xl.core.money import to_units
from salesplan_xl.core.spreading.cells import check_choice
from salesplan_xl.core.totals import NamedTotal, Names, Positions

Integers = NDArray[np.int64]

_WAYS = ("exactly", "at_least", "at_most")
# Stands behind the numbers of all levels of an axis.
_WHOLE_AXIS = np.iinfo(np.intp).max


@dataclass(frozen=True)
class Target:
    """
    An amount that part of the plan must hold.

    Parameters
    ----------
    cells : Scope
        For each axis one member, several (such as the months of a quarter, or the leaves of a country), or None for
        all of them; all None is the grand total.
    amount : int
        Amount in the smallest unit, zero or more.
    at : {"exactly", "at_least", "at_most"}, default "exactly"
        Whether the cells must add up to the amount, or may have more, or less.
    name : str, default ""
        What errors call it. Without a name they list its members.
    must_hold : bool, default True
        Whether whole amounts must meet it to the unit; False = where no whole amounts meet all targets this one is met
        as nearly as the others allow, and what it misses is told.
    """

    cells: Scope
    amount: int
    at: Literal["exactly", "at_least", "at_most"] = "exactly"
    name: str = ""
    must_hold: bool = True


def read_targets(targets: Sequence[Target], names: Names) -> tuple[tuple[Division, ...], tuple[Division, ...]]:
    """
    Return the divisions that targets make of a plan.

    Targets of one level, such as months, or quarters and countries that cross, make one division; so there are few,
    and each is gone through at once.

    Parameters
    ----------
    targets : sequence of Target
        In any order, which has no influence on the result.
    names : Names
        How the parts of the plan are called, and its shape.

    Returns
    -------
    must, may : tuple of Division
        Those of targets that must hold, and of the others; every group but the last, free one is one target.

    Raises
    ------
    DuplicateTargetError
        If two targets are for the same cells in the same way.
    DisagreeingTargetsError
        If they are so under two names, with different amounts.
    CrossedTargetsError
        If cells must have more than they may have.
    NegativeAmountError, WrongShapeError, WrongChoiceError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If a target cannot be read.

    Examples
    --------
    >>> quarter, month = Target(((0, 1, 2), None), 60), Target((1, None), 25)
    >>> (one, other), _ = read_targets([quarter, month], Names((4, 2)))
    >>> one.groups, other.groups
    (array([1, 0, 1, 1]), array([0, 0, 0, 1]))
    """
    numbers, sets = _read_scopes(targets, names)
    amounts = _read_amounts(targets, names)
    _check_given_once(targets, numbers, amounts, names)
    sorted_sets = [sort_into_levels(found, size) for found, size in zip(sets, names.shape, strict=True)]
    level = np.full(numbers.shape, _WHOLE_AXIS, dtype=np.intp)
    group = np.zeros(numbers.shape, dtype=np.intp)
    for axis, (_, level_of, group_of) in enumerate(sorted_sets):
        asked = numbers[:, axis] >= 0
        level[asked, axis] = level_of[numbers[asked, axis]]
        group[asked, axis] = group_of[numbers[asked, axis]]
    ways = [[_WAYS.index(target.at), not target.must_hold] for target in targets]
    kinds = np.column_stack([np.array(ways, dtype=np.intp).reshape(-1, 2), (numbers >= 0).sum(axis=1), level])
    read: tuple[list[Division], list[Division]] = ([], [])
    for kind in sorted(np.unique(kinds, axis=0), key=_rows_before_columns):
        rows = np.flatnonzero((kinds == kind).all(axis=1))
        levels = [(axis, number) for axis, number in enumerate(kind[3:].tolist()) if number < _WHOLE_AXIS]
        chosen = {axis: sorted_sets[axis][0][number] for axis, number in levels}
        here = [targets[row] for row in rows.tolist()]
        read[int(kind[1])].append(_division(here, amounts[rows], chosen, group[rows], names))
    return tuple(read[0]), tuple(read[1])


def _rows_before_columns(kind: Positions) -> tuple[list[int], list[bool], list[int]]:
    """Put divisions over earlier axes first, so that refusals name a row before a column."""
    way, levels = kind[:3].tolist(), kind[3:].tolist()
    return way, [level < 0 for level in levels], levels


def _read_scopes(targets: Sequence[Target], names: Names) -> tuple[Positions, list[list[tuple[int, ...]]]]:
    """Return for each target and axis which set of members it is for, -1 for all of them; and these sets."""
    shape = names.shape
    numbers = np.full((len(targets), len(shape)), -1, dtype=np.intp)
    known: list[dict[tuple[int, ...], int]] = [{} for _ in shape]
    for row, target in enumerate(targets):
        check_choice("way to meet a target", target.at, _WAYS)
        if len(target.cells) != len(shape):
            raise WrongShapeError(f"cells of a target {target.cells}", (len(target.cells),), shape)
        for axis, given in enumerate(target.cells):
            if given is None:
                continue
            members = tuple(sorted(set(given))) if isinstance(given, tuple) else (given,)
            if not members or members[0] < 0 or members[-1] >= shape[axis]:
                raise WrongShapeError(f"cells of a target {target.cells}", (len(shape),), shape)
            if len(members) == 1 or len(members) < shape[axis]:  # several members that are all of them are the axis
                numbers[row, axis] = known[axis].setdefault(members, len(known[axis]))
    return numbers, [list(sets) for sets in known]


def _read_amounts(targets: Sequence[Target], names: Names) -> Integers:
    """Return amounts in whole units, refusing the first that is none by its name."""
    given = [target.amount for target in targets]
    try:
        amounts = to_units(_as_integers(given), 1)
    except (NotAnAmountError, NotWholeUnitsError, AmountTooLargeError):
        for target in targets:
            try:
                to_units(_as_integers([target.amount]), 1)
            except (NotAnAmountError, NotWholeUnitsError, AmountTooLargeError) as error:
                error.named = (target.cells,)
                raise
        raise
    for row in np.flatnonzero(amounts < 0)[:1].tolist():
        called = _called(targets[row], names)
        raise NegativeAmountError(f"target for {called.name}", int(amounts[row]), named=(called.scope,))
    return amounts


def _as_integers(amounts: list[Any]) -> NDArray[Any]:
    """Return amounts as an array, each as it is where one is no integer."""
    if all(isinstance(amount, int | np.integer) and not isinstance(amount, bool) for amount in amounts):
        return np.asarray(amounts)
    return np.array([amount.item() if isinstance(amount, np.generic) else amount for amount in amounts], dtype=object)


def _check_given_once(targets: Sequence[Target], numbers: Positions, amounts: Integers, names: Names) -> None:
    """Refuse two targets for the same cells in the same way, or in ways that contradict each other."""
    same_cells: dict[tuple[int, ...], dict[str, int]] = defaultdict(dict)
    for row, cells in enumerate(map(tuple, numbers.tolist())):
        given = same_cells[cells]
        at = targets[row].at
        if at in given:
            pair = (given[at], row)
            named = tuple(dict.fromkeys(targets[one].cells for one in pair))
            each = int(amounts[pair[0]]), int(amounts[row])
            one, other = (_called(targets[given_row], names).name for given_row in pair)
            if targets[pair[0]].name != targets[row].name and each[0] != each[1]:
                raise DisagreeingTargetsError((one, other), each, named=named)
            raise DuplicateTargetError(one, each, named=named)
        given[at] = row
    for given in same_cells.values():
        floors = [row for at, row in given.items() if at != "at_most"]
        caps = [row for at, row in given.items() if at != "at_least"]
        for least in floors:
            for most in caps:
                if amounts[least] > amounts[most]:
                    called = " = ".join(dict.fromkeys(_called(targets[row], names).name for row in (least, most)))
                    named = tuple(dict.fromkeys(targets[row].cells for row in (least, most)))
                    raise CrossedTargetsError(called, int(amounts[least]), int(amounts[most]), named=named)


def _division(
    targets: list[Target], amounts: Integers, levels: dict[int, Level], group: Positions, names: Names
) -> Division:
    """Make one division of the targets of a level."""
    axes = tuple(levels)
    sizes = [levels[axis].count + 1 for axis in axes]  # the last place is for members of no group
    places = np.ravel_multi_index([group[:, axis] for axis in axes], sizes) if axes else np.zeros(len(targets), np.intp)
    order = np.argsort(places)
    numbers = np.full(int(np.prod(sizes)), -1, dtype=np.intp)
    numbers[places[order]] = np.arange(len(order))
    groups = numbers.reshape(sizes)[np.ix_(*(levels[axis].groups for axis in axes))] if axes else numbers.reshape(())
    wanted = amounts[order].astype(np.float64)
    least = np.where(targets[0].at == "at_most", -np.inf, wanted)
    most = np.where(targets[0].at == "at_least", np.inf, wanted)
    if (groups < 0).any():
        groups = np.where(groups < 0, len(wanted), groups)
        least, most = np.append(least, -np.inf), np.append(most, np.inf)
    single = all(levels[axis].single for axis in axes)
    level = names.level(axes) if single else ""
    return Division(*deciding_axes(axes, groups), least, most, _calling(targets, order, names), level)


def _calling(targets: Sequence[Target], order: Positions, names: Names) -> Callable[[int], NamedTotal]:
    """Call the groups of a division by their targets."""
    return lambda group: _called(targets[order[group]], names)


def _called(target: Target, names: Names) -> NamedTotal:
    """Call a target by its name or its members."""
    return NamedTotal(target.name or names.of(target.cells), target.cells)
