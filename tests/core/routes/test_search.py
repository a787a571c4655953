"""Tours of many stops."""

from hypothesis import given, settings

from salesplan_xl.core.routes.search import improved_tour, nearest_first
from tests.core.routes.checks import Floats, tour_length
from tests.core.routes.strategies import tables


@given(tables(fewest=3, most=9))
@settings(max_examples=100, deadline=None)
def test_no_single_change_makes_an_improved_tour_shorter(table: Floats) -> None:
    tour = improved_tour(table, 1)
    assert sorted(tour) == list(range(1, len(table)))
    length, size = tour_length(table, tour), len(tour)
    assert length <= tour_length(table, nearest_first(table).tolist()[1:])
    for first in range(size):
        for last in range(first + 1, size + 1):
            turned = tour[:first] + tour[first:last][::-1] + tour[last:]
            assert tour_length(table, turned) >= length
            if last - first > 3:
                continue
            rest = tour[:first] + tour[last:]
            for gap in range(len(rest) + 1):
                for run in (tour[first:last], tour[first:last][::-1]):
                    assert tour_length(table, rest[:gap] + run + rest[gap:]) >= length
