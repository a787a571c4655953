"""The cell functions of the budget step by worked answers: fitting, patterns, seasons, catching up."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salesplan_xl.functions.json_cells import call_json
from udfs.budget import CATCHUP, FIT, PATTERN, SEASON

FUNCTIONS = (FIT, PATTERN, SEASON, CATCHUP)

MONTHS = [f"2025-{month:02d}-15" for month in range(1, 13)]
ONES = [[1, 1], [1, 1]]
TEN = [[10], [10]]


def column(cells: Any) -> list[list[Any]]:
    """Cells below one another."""
    return [[cell] for cell in cells]


def value(name: str, *arguments: Any) -> Any:
    """What a function gives, which is no error."""
    got = call_json(FUNCTIONS, name, list(arguments))
    assert "error" not in got, got
    return got["value"]


def cents(cells: Any) -> list[int]:
    """Amounts of cells in whole cents, exactly as they are shown."""
    counts = [100 * Decimal(repr(cell)) for cell in cells]
    assert all(count == int(count) for count in counts)
    return [int(count) for count in counts]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        # rows 30 and 70 by halves; the totals of columns may stand in a column, those of rows in a row
        pytest.param("SP_FIT", [ONES, [[30, 70]], [[50], [50]]], [[15, 15], [35, 35]], id="totals-lie-either-way"),
        # one row of 10: 5 to each, whatever the seed, since the columns say so
        pytest.param("SP_FIT", [[[1, 9]], 10, [[5, 5]]], [[5, 5]], id="a-single-row"),
        pytest.param("SP_FIT", [[[1], [9]], [[4], [6]], 10], [[4], [6]], id="a-single-column"),
        pytest.param("SP_FIT", [3, 12.5, 12.5], 12.5, id="a-single-cell"),
        # the zero stays, so the second row can only be in the second column, and the first takes the rest
        pytest.param("SP_FIT", [[[1, 1], [0, 1]], [[7], [3]], [[5, 5]]], [[5, 2], [0, 3]], id="zero-stays"),
        # 20 held of the first row leaves 10 for its other cell, and each column has 30 left of it
        pytest.param(
            "SP_FIT", [ONES, [[30], [70]], [[50, 50]], [[20, None], [None, None]]], [[20, 10], [30, 40]], id="held"
        ),
        # a planner's own number for whom the seed knows nothing of
        pytest.param(
            "SP_FIT", [[[0, 1], [1, 1]], TEN, [[10, 10]], [[4, None], [None, None]]], [[4, 6], [6, 4]], id="held-new"
        ),
        # a held zero is an amount
        pytest.param("SP_FIT", [ONES, TEN, [[10, 10]], [[0, None], [None, None]]], [[0, 10], [10, 0]], id="held-zero"),
        # 14/3, 16/3 and 7/3, 8/3: the two nearest to their ceilings go up, one in each row and column
        pytest.param("SP_FIT", [ONES, [[10], [5]], [[7, 8]], None, 1], [[5, 5], [2, 3]], id="whole-units"),
        pytest.param("SP_FIT", [ONES, [[0], [10]], [[5, 5]]], [[0, 0], [5, 5]], id="a-total-of-zero"),
        # 4-4-5 over a year: 52 weeks of 100
        pytest.param("SP_PATTERN", [5200, 12, "4-4-5"], column([400, 400, 500] * 4), id="quarters-of-13-weeks"),
        # 1 : 2 : 1 : 1 of 100; the pattern starts anew and is cut
        pytest.param("SP_PATTERN", [100, 4, " 1 - 2-1 "], column([20, 40, 20, 20]), id="last-turn-cut"),
        pytest.param("SP_PATTERN", [-10, 3, "1 2 1", 1], column([-3, -5, -2]), id="credit-in-whole-units"),
        # 100 / 3 = 33.33 and a cent for the first
        pytest.param("SP_PATTERN", [100, 3, "1-1"], column([33.34, 33.33, 33.33]), id="odd-cent"),
        # 0 for the closed one, and half a weight counts too
        pytest.param("SP_PATTERN", [100, 3, "0-0.5-2"], column([0, 20, 80]), id="zero-and-decimals"),
        # two Januaries of 10 and 30 are one of 20, like the other months
        pytest.param(
            "SP_SEASON",
            [column([*MONTHS, "2026-01-15"]), column([10, *[20] * 11, 30])],
            column([pytest.approx(1 / 12)] * 12),
            id="two-januaries",
        ),
        # days of one month add up, a blank row is none, and the order does not matter
        pytest.param(
            "SP_SEASON",
            [[["2025-12-01", None, "2025-01-30", 45660]], [[1, None, 2, 1]]],
            [[0.75, *[0] * 10, 0.25]],
            id="a-row-of-days",
        ),
        # 300 less the 120 that came leaves 180, by 50 : 150
        pytest.param("SP_CATCHUP", [[[100, 50, 150]], [[120, None, None]]], [[120, 45, 135]], id="in-proportion"),
        # 300 less 60 less the 100 held leaves 140
        pytest.param(
            "SP_CATCHUP",
            [column([100, 100, 100]), column([60, None, None]), column([None, 100, None])],
            column([60, 100, 140]),
            id="held",
        ),
        # what is closed is closed, whatever is held there
        pytest.param(
            "SP_CATCHUP", [[[100, 100]], [[60, None]], [[100, None]]], [[60, 140]], id="an-actual-goes-before-a-hold"
        ),
        # a zero is an actual: nothing came, all is left
        pytest.param("SP_CATCHUP", [[[100, 100]], [[0, None]]], [[0, 200]], id="a-zero-is-an-actual"),
        # the whole table makes up: 400 - 50 = 350 over three equal cells, the odd cent to the first
        pytest.param(
            "SP_CATCHUP",
            [[[100, 100], [100, 100]], [[50, None], [None, None]]],
            [[50, 116.67], [116.67, 116.66]],
            id="a-table-is-one-total",
        ),
        pytest.param("SP_CATCHUP", [[[1, 2]], [[None, None]]], [[1, 2]], id="nothing-closed-nothing-changes"),
        pytest.param("SP_CATCHUP", [[[1, 2]], [[1, 2]]], [[1, 2]], id="everything-closed-to-the-cent"),
        pytest.param("SP_CATCHUP", [[[3, 3, 4]], [[1, None, None]], None, 1], [[1, 4, 5]], id="whole-units"),
        # a budget of credits stays one: -300 less -60 leaves -240
        pytest.param("SP_CATCHUP", [[[-100, -100, -100]], [[-60, None, None]]], [[-60, -120, -120]], id="credits"),
        # the closed cell met its plan; the open one without a budget gets nothing
        pytest.param("SP_CATCHUP", [[[5, 0]], [[5, None]]], [[5, 0]], id="nothing-left"),
    ],
)
def test_a_worked_answer(name: str, arguments: list[Any], expected: Any) -> None:
    assert value(name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "error", "why"),
    [
        pytest.param(
            "SP_FIT",
            [ONES, [[50], [60]], [[30, 70]]],
            "#NUM!",
            "add up to 110 over rows and 100 over columns",
            id="unequal",
        ),
        pytest.param(
            "SP_FIT",
            [[[1, 0, 0], [1, 1, 1], [1, 1, 1]], [[5], [2], [2]], [[3, 3, 3]]],
            "#NUM!",
            "row 1 can only be fed by column 1: 5 > 3, 2 is missing",
            id="impossible",
        ),
        pytest.param(
            "SP_FIT",
            # rows 2 and 3 need 12.10, all from column 3, which has 10
            [[[1, 1, 1, 1], [0, 0, 1, 0], [0, 0, 1, 0]], [[7.9], [6.05], [6.05]], [[4, 3, 10, 3]]],
            "#NUM!",
            "row 2 and row 3 can only be fed by column 3: 12.1 > 10, 2.1 is missing",
            id="impossible-together",
        ),
        pytest.param(
            "SP_FIT",
            # row 1 needs 8 - 2 = 6 of column 2, which has 7 - 2 = 5 beside its held cell
            [
                [[1, 1, 0], [1, 1, 1], [1, 1, 1]],
                [[8], [6], [7]],
                [[5, 7, 9]],
                [[2, None, None], [None, 2, None], [None, None, None]],
            ],
            "#NUM!",
            "row 1 can only be fed by column 2: 6 > 5 beside the held cells, 1 is missing",
            id="impossible-beside-held",
        ),
        pytest.param(
            "SP_FIT", [[[0, 0], [1, 1]], TEN, [[10, 10]]], "#NUM!", "row 1 has no weight but a target of 10", id="empty"
        ),
        pytest.param(
            "SP_FIT", [ONES, TEN, [[10, 10]], [[12, None], [None, None]]], "#NUM!", "(row 1: 12 > 10)", id="held-beyond"
        ),
        pytest.param(
            "SP_FIT",
            [ONES, TEN, [[10, 10]], [[4, 3], [None, None]]],
            "#NUM!",
            "every cell of row 1 is held and 3 is left to place",
            id="row-all-held",
        ),
        pytest.param(
            "SP_FIT",
            [ONES, TEN, [[10, 10]], [[None, None], [None, -1]]],
            "#NUM!",
            "held amount of row 2 / column 2 is -1, below zero",
            id="held-negative",
        ),
        pytest.param(
            "SP_FIT", [ONES, [[-5], [25]], [[10, 10]]], "#NUM!", "target for row 1 is -5, below zero", id="negative"
        ),
        pytest.param(
            "SP_FIT",
            [[[1, 1], [1, -2]], TEN, [[10, 10]]],
            "#NUM!",
            "row 2, column 2 of seed is -2, below zero",
            id="negative-seed",
        ),
        pytest.param(
            "SP_FIT", [[[1, 1], [1, None]], TEN, [[10, 10]]], "#VALUE!", "row 2, column 2 of seed is blank", id="blank"
        ),
        pytest.param(
            "SP_FIT", [ONES, [[10], [None]], [[5, 5]]], "#VALUE!", "row 2 of row_totals is blank", id="blank-total"
        ),
        pytest.param(
            "SP_FIT",
            [ONES, [[10], [10.005]], [[10, 10]]],
            "#NUM!",
            "cell 2 of row_totals: 10.005 is not a whole number of 0.01",
            id="half-cent",
        ),
        pytest.param(
            "SP_FIT",
            [ONES, TEN, [[10, 10]], [[None, None], [None, 0.001]]],
            "#NUM!",
            "row 2, column 2 of held: 0.001 is not a whole number of 0.01",
            id="held-half-cent",
        ),
        pytest.param(
            "SP_FIT",
            [[[1, 1, 1], [1, 1, 1]], [[1], [1], [1]], [[1, 1]]],
            "#VALUE!",
            "seed is 2 by 3, row_totals are 3 and col_totals 2; select one total for each row",
            id="totals-of-the-other-axis",
        ),
        pytest.param(
            "SP_FIT",
            [[[1], [1], [1], [1], [1], [1]], [[3], [3]], [[2, 2, 2]]],
            "#VALUE!",
            "seed is one row or column of 6",
            id="totals-of-a-table-for-a-column",
        ),
        pytest.param("SP_FIT", [ONES, ONES, [[2, 2]]], "#VALUE!", "row_totals is a table", id="table-of-totals"),
        pytest.param(
            "SP_FIT",
            [ONES, [[9e12], [9e12]], [[9e12, 9e12]]],
            "#NUM!",
            "18000000000000 is 1000000000000000 units or more",
            id="sum-too-large",
        ),
        # what a cell holds that took 4-4-5 for the 4th of April 2005
        pytest.param("SP_PATTERN", [100, 12, 38446], "#NUM!", "pattern is one number, 38446", id="a-date-in-disguise"),
        pytest.param("SP_PATTERN", [100, 12, "4.5"], "#NUM!", "pattern is one number, 4.5", id="one-weight"),
        pytest.param("SP_PATTERN", [100, 12, "4--5"], "#NUM!", "write it like 4-4-5", id="a-gap"),
        pytest.param("SP_PATTERN", [100, 12, "weekly"], "#NUM!", "'weekly' is not a row of numbers", id="a-word"),
        pytest.param("SP_PATTERN", [100, 0, "4-4-5"], "#NUM!", "must be from 1 to 1048576", id="no-period"),
        pytest.param("SP_PATTERN", [100, 1e9, "4-4-5"], "#NUM!", "must be from 1 to 1048576", id="more-than-a-sheet"),
        pytest.param("SP_PATTERN", [100, 2, "0-0-1"], "#NUM!", "100 cannot be shared", id="only-zeros-fit"),
        pytest.param("SP_PATTERN", [0.001, 2, "1-1"], "#NUM!", "0.001 is not a whole number of 0.01", id="no-cents"),
        pytest.param(
            "SP_SEASON", [[MONTHS[:11]], [[1] * 11]], "#NUM!", "do not reach the months 12", id="eleven-months"
        ),
        pytest.param(
            "SP_SEASON",
            [column(MONTHS), column([1, None, *[1] * 10])],
            "#VALUE!",
            "cell 2 of values is blank but not the other of its pair",
            id="no-value",
        ),
        pytest.param(
            "SP_SEASON",
            [column([*MONTHS, None]), column([1] * 13)],
            "#VALUE!",
            "cell 13 of dates is blank but not the other of its pair",
            id="no-date",
        ),
        pytest.param("SP_SEASON", [[MONTHS], [[-1] * 12]], "#NUM!", "so there is no season", id="only-returns"),
        pytest.param("SP_SEASON", [[[None]], [[None]]], "#NUM!", "so there is no season", id="nothing-at-all"),
        pytest.param("SP_SEASON", [[MONTHS] * 2, [[1] * 12] * 2], "#VALUE!", "dates is a table", id="table"),
        pytest.param("SP_SEASON", [[MONTHS], column([1] * 12)], "#VALUE!", "select ranges of one shape", id="shapes"),
        pytest.param(
            "SP_CATCHUP",
            [[[100, 100, 100]], [[160, 170, None]]],
            "#NUM!",
            "add up to 330, 30 beyond the total of 300",
            id="more-than-the-total",
        ),
        pytest.param(
            "SP_CATCHUP",
            [[[100, 100, 100]], [[160, None, None]], [[None, 150.5, None]]],
            "#NUM!",
            "add up to 310.5, 10.5 beyond the total of 300",
            id="more-than-the-total-with-held",
        ),
        pytest.param(
            "SP_CATCHUP",
            [[[100, 100]], [[60, 70]]],
            "#NUM!",
            "only 130 can be reached, 70 has no open cell",
            id="all-closed",
        ),
        pytest.param(
            "SP_CATCHUP",
            [[[100, 0]], [[60, None]]],
            "#NUM!",
            "40 is left for free cells whose budget adds up to zero; give one of them a budget",
            id="open-cells-without-a-budget",
        ),
        pytest.param("SP_CATCHUP", [[[100, None]], [[60, None]]], "#VALUE!", "column 2 of budget is blank", id="blank"),
        pytest.param(
            "SP_CATCHUP",
            [[[100], [100]], [[60.005], [None]]],
            "#NUM!",
            "cell 1 of actual: 60.005 is not a whole number of 0.01",
            id="actual-of-half-a-cent",
        ),
        pytest.param(
            "SP_CATCHUP",
            [[[9e12, 9e12]], [[None, None]]],
            "#NUM!",
            "18000000000000 is 1000000000000000 units or more",
            id="budget-too-large",
        ),
    ],
)
def test_what_cannot_hold_is_refused_with_its_reason(name: str, arguments: list[Any], error: str, why: str) -> None:
    got = call_json(FUNCTIONS, name, arguments)
    assert got.get("error") == error, got
    assert why in got["why"]


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 999), min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(TABLES, st.data())
@settings(deadline=None)  # the first table loads the library for linear programming
def test_every_total_of_a_fitted_table_holds_beside_what_is_held(table: list[list[int]], data: st.DataObject) -> None:
    # totals that some table meets: those of another one with the same zeros, of which some cells are held
    other = [[seed * data.draw(st.integers(50, 200)) for seed in line] for line in table]
    holds = [[data.draw(st.booleans()) for _ in line] for line in other]
    held = [
        [cell / 100 if keep else None for cell, keep in zip(*lines, strict=True)]
        for lines in zip(other, holds, strict=True)
    ]
    rows, columns = [sum(line) for line in other], [sum(line) for line in zip(*other, strict=True)]
    got = value("SP_FIT", table, column(total / 100 for total in rows), [[total / 100 for total in columns]], held)
    lines = got if isinstance(got, list) else [[got]]
    fitted = [cents(line) for line in lines]
    assert [sum(line) for line in fitted] == rows
    assert [sum(line) for line in zip(*fitted, strict=True)] == columns
    for found, seeds, kept, keeps in zip(fitted, table, other, holds, strict=True):
        for cell, seed, amount, keep in zip(found, seeds, kept, keeps, strict=True):
            assert cell == amount if keep else cell >= 0
            assert cell == 0 or seed


@given(st.integers(-(10**14), 10**14), st.integers(1, 60), st.lists(st.integers(0, 99), min_size=2, max_size=6))
def test_the_parts_of_a_pattern_add_up_and_repeat(units: int, periods: int, weights: list[int]) -> None:
    assume(any(weights[:periods]))
    got = value("SP_PATTERN", units / 100, periods, "-".join(map(str, weights)))
    cells = got if isinstance(got, list) else [[got]]
    parts = cents(cell for (cell,) in cells)
    assert (len(parts), sum(parts)) == (periods, units)
    again = len(weights)
    assert all(abs(one - other) <= 1 for one, other in zip(parts, parts[again:], strict=False))


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.floats(0, 1.2), st.booleans(), st.booleans()), min_size=1, max_size=24)
)
def test_catching_up_keeps_actuals_holds_and_the_total_and_then_changes_nothing(
    months: list[tuple[int, float, bool, bool]],
) -> None:
    budget = [[planned / 100 for planned, *_ in months]]
    actual = [[round(planned * part) / 100 if closed else None for planned, part, closed, _ in months]]
    held = [[planned / 100 if keep else None for planned, _, _, keep in months]]
    got = call_json(FUNCTIONS, "SP_CATCHUP", [budget, actual, held])
    if "error" in got:
        assert got["error"] == "#NUM!"
        assert "beyond the total of" in got["why"] or "can be reached" in got["why"]
        return
    (caught_up,) = got["value"] if isinstance(got["value"], list) else [[got["value"]]]
    assert sum(cents(caught_up)) == sum(planned for planned, *_ in months)
    for cell, brought, kept in zip(caught_up, actual[0], held[0], strict=True):
        assert cell == (brought if brought is not None else cell if kept is None else kept)
    assert value("SP_CATCHUP", [caught_up], actual, held) == got["value"]


@given(st.lists(st.tuples(st.integers(43_831, 44_651), st.integers(-100, 10**6))), st.randoms())
def test_a_season_adds_up_to_one_in_whatever_order_the_days_come(
    more: list[tuple[int, int]], chance: random.Random
) -> None:
    days = [(43_831, 10**9), *more, (44_651, 1)]  # January 2020 to March 2022

    def season() -> Any:
        return value("SP_SEASON", column(day for day, _ in days), column(amount for _, amount in days))

    before = season()
    chance.shuffle(days)
    assert season() == before
    assert len(before) == 12
    assert min(share for (share,) in before) >= 0
    assert sum(share for (share,) in before) == pytest.approx(1, abs=1e-12)


def test_a_table_of_ten_thousand_rows_is_fitted_to_the_cent() -> None:
    seed = [[1 + (row * step) % 7 for step in (1, 2, 3, 5)] for row in range(10_000)]
    rows = [[1000 + row % 13 + 0.37] for row in range(10_000)]
    whole = sum(cents(total for (total,) in rows))
    columns = [whole // 10, whole // 5, whole // 4]
    columns.append(whole - sum(columns))
    fitted = value("SP_FIT", seed, rows, [[total / 100 for total in columns]])
    in_cents = [cents(line) for line in fitted]
    assert [sum(line) for line in in_cents] == cents(total for (total,) in rows)
    assert [sum(line) for line in zip(*in_cents, strict=True)] == columns
