import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.core.levels import sort_into_levels

MEMBERS = 8
SETS = st.lists(st.sets(st.integers(0, MEMBERS - 1), min_size=1).map(lambda own: tuple(sorted(own))), unique=True)


def test_months_quarters_and_halves_are_levels_of_one_hierarchy() -> None:
    months = [(month,) for month in range(12)]
    quarters = [tuple(range(first, first + 3)) for first in range(0, 12, 3)]
    halves = [tuple(range(first, first + 6)) for first in (0, 6)]
    levels, level, _ = sort_into_levels([*halves, *quarters, *months], 12)
    assert [one.count for one in levels] == [12, 2, 4]
    assert level.tolist() == [1] * 2 + [2] * 4 + [0] * 12
    assert levels[2].groups.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_teams_that_cross_territories_are_a_hierarchy_of_their_own() -> None:
    territories, countries, teams = [(0, 1), (2, 3), (4, 5)], [(0, 1, 2, 3)], [(1, 2), (3, 4)]
    _, level, _ = sort_into_levels([*teams, *territories, *countries], 6)
    hierarchies = [set(level[:2].tolist()), set(level[2:].tolist())]
    assert not hierarchies[0] & hierarchies[1]


@given(SETS)
def test_every_set_is_found_again_and_none_of_a_level_overlap(sets: list[tuple[int, ...]]) -> None:
    levels, level, group = sort_into_levels(sets, MEMBERS)
    for members, number, place in zip(sets, level.tolist(), group.tolist(), strict=True):
        assert tuple(np.flatnonzero(levels[number].groups == place).tolist()) == members


@given(SETS, st.randoms(use_true_random=False))
def test_the_order_of_sets_does_not_matter(sets: list[tuple[int, ...]], random: object) -> None:
    turned = sets.copy()
    random.shuffle(turned)  # type: ignore[attr-defined]  # the stubs of hypothesis do not say what it draws
    one, other = sort_into_levels(sets, MEMBERS), sort_into_levels(turned, MEMBERS)
    found = dict(zip(sets, zip(one[1].tolist(), one[2].tolist(), strict=True), strict=True))
    again = dict(zip(turned, zip(other[1].tolist(), other[2].tolist(), strict=True), strict=True))
    assert found == again
