"""Cell functions on one cell, rows, columns, tables with blank rows and 10,000 rows: worked answers through Excel."""

from __future__ import annotations

from typing import Any

import pytest

import udfs
from salesplan_xl.functions.basic import error_text
from salesplan_xl.functions.specification import Blank, FunctionSpecification
from tests.hosts.excel.matrix import MISSING, Excel, cases, given, good, is_range, laid_out
from tests.udfs.test_every_function import HEADED, POINTS, RULES, SEVERAL

pytestmark = pytest.mark.xdist_group("excel-matrix")

BY_NAME = {function.name: function for function in udfs.FUNCTIONS}
MANY = 10_000

CELLWISE = {
    "SP_WORKDAYS": 5,  # 1 to 8 January 2026 are six days from Monday to Friday, one of them New Year
    "SP_KM": 144.5536,  # a degree of a great circle is 111.1951 km, times 1.3
    "SP_MINUTES": 34,  # 4 + 25 km at 50 km/h
    "SP_ROUND": 2,
    "SP_FLAG": "act",  # 110 against 100 is 10, above the smallest amount of 5
}
"""What each of many equal cells gives where one does not look at the others."""

RFM_HEADER = ["id", "recency days", "frequency", "monetary", "R", "F", "M"]
ROUTE = [
    ["label", "arrival", "departure", "km", "minutes"],
    ["Base", "", 0, 0, 0],
    # a quarter of a degree: 27.7988 km times 1.3; 5 minutes, 10 km at 30 km/h and the rest at 60
    ["A", 0.0355, 0.0355, 36.1384, 51.1384],
    ["Base", 0.071, "", 36.1384, 51.1384],
]
NO_TABLE = "{} is a table; select one row or one column"

WORKED: dict[str, dict[str, Any]] = {
    "SP_ABC": {
        # of equal values each is A as long as those before it have less than 80 in 100 of the total
        "column": [["A"], [""], ["A"]],
        "row": ["A", "A", "A"],
        "table": [["A", "A"], ["", ""], ["A", "A"]],
        "many": [["A"]] * 8_000 + [["B"]] * 1_500 + [["C"]] * 500,
    },
    "SP_RFM": {
        "column": [RFM_HEADER, ["Ana", 7, 2, 200, 1, 1, 1]],  # the blank row is no order
        "row": [RFM_HEADER, ["Ana", 7, 3, 300, 1, 1, 1]],
        "table": error_text("#VALUE!", NO_TABLE.format("ids")),
        "many": [RFM_HEADER, ["Ana", 7, 10_000, 1_000_000, 1, 1, 1]],
    },
    "SP_REPS": {
        # 1000 customers x 36 visits x 1 hour are 36 reps of 1000 hours for each group
        "column": 3 * 36,
        "row": 3 * 36,
        "table": 6 * 36,
        "many": 10_000 * 36,
    },
    "SP_SPREAD": {
        # 100 over three and six equal weights, the odd cents to the first ones
        "column": [[33.34], [33.33], [33.33]],
        "row": [33.34, 33.33, 33.33],
        "table": [[16.67, 16.67], [16.67, 16.67], [16.66, 16.66]],
        "many": [[0.01]] * MANY,
    },
    "SP_FIT": {
        # as many totals of columns as of rows, and neither a row nor a column has both
        **{
            shape: error_text(
                "#VALUE!",
                f"seed is one row or column of {count}, row_totals are {count} and col_totals {count}; "
                "select one total for each row and one for each column",
            )
            for shape, count in {"column": 3, "row": 3, "many": MANY}.items()
        },
        "table": error_text("#VALUE!", NO_TABLE.format("row_totals")),
    },
    "SP_SEASON": {
        # January, June and December bring 1, 2 and 1; June is the blank row
        "column": [[0.5], *[[0]] * 10, [0.5]],
        "row": [0.25, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0.25],
        "table": error_text("#VALUE!", NO_TABLE.format("dates")),
        # 3,334 times 1 in January, 3,333 times 2 in June and 3,333 times 1 in December
        "many": [[0.2501], *[[0]] * 4, [0.5], *[[0]] * 5, [0.25]],
    },
    "SP_CATCHUP": {
        # the blank row is open and gets what the others leave
        "column": [[100], [100], [100]],
        "row": [100, 100, 100],
        "table": [[100, 100]] * 3,
        "many": [[100]] * MANY,
    },
    "SP_VARIANCE": {
        # a cost of 110 against 100 is unfavourable by 10, a tenth
        "column": [[-10, -0.1], ["", ""], [-10, -0.1]],
        "row": [[-10, -10, -10], [-0.1, -0.1, -0.1]],
        "table": error_text("#VALUE!", NO_TABLE.format("actual")),
        "many": [[-10, -0.1]] * MANY,
    },
    "SP_PVM": {
        # 12 at 6 against 10 at 5: price 12 x 1, quantity 2 x 5; a quantity without its price is refused
        "column": error_text(
            "#NUM!", "Product '2' has 10 as its budget quantity but no budget price; enter the price."
        ),
        "row": [[12, 12, 12, 36], [10, 10, 10, 30], [0, 0, 0, 0], [22, 22, 22, 66]],
        "table": error_text("#VALUE!", NO_TABLE.format("budget_qty")),
        "many": [[12, 10, 0, 22]] * MANY + [[120_000, 100_000, 0, 220_000]],
    },
    "SP_DRIVERS": {
        # one label: what moved it is all of it
        "column": ["North", 30, 1],
        "row": [["North"], [30], [1]],
        "table": error_text("#VALUE!", NO_TABLE.format("labels")),
        "many": ["North", 100_000, 1],
    },
    **{
        name: {
            "column": [[cell], [""], [cell]],
            "row": [cell, cell, cell],
            "table": [[cell, cell], ["", ""], [cell, cell]],
            "many": [[cell]] * MANY,
        }
        for name, cell in CELLWISE.items()
    },
}
"""What equal cells give; the second row of the column and of the table is blank where that has a meaning."""

SHAPES = {"column": (3, 1), "row": (1, 3), "table": (3, 2), "many": (MANY, 1)}

TABLES: dict[str, tuple[str, list[Any], Any]] = {
    # the rule is Key from a volume of 100 on
    "customers-blank-row": (
        "SP_SEGMENT",
        [[*HEADED[:2], [None, ""], HEADED[2]], RULES],
        [["Key"], [""], ["Unassigned"]],
    ),
    "customers-one-column": ("SP_SEGMENT", [[["volume"], [500], [20]], RULES], [["Key"], ["Unassigned"]]),
    "customers-one-row": ("SP_SEGMENT", [HEADED[:1], RULES], error_text("#N/A", "the result is empty")),
    "customers-one-cell": ("SP_SEGMENT", ["volume", RULES], error_text("#N/A", "the result is empty")),
    "customers-many": ("SP_SEGMENT", [[HEADED[0], *HEADED[1:] * 5_000], RULES], [["Key"], ["Unassigned"]] * 5_000),
    "customers-digits": (
        "SP_SEGMENT",
        [[["volume"], ["500"]], RULES],
        error_text("#VALUE!", "row 2, column 4 of rules holds 100, a text is expected, as in the column"),
    ),
    "customers-digits-among-numbers": (
        "SP_SEGMENT",
        [[["volume"], ["500"], [20]], RULES],
        error_text(
            "#VALUE!",
            "row 2, column 2 of rules holds 'volume', whose cells are not of one kind, so >= cannot be asked of them",
        ),
    ),
    "customers-truth": (
        "SP_SEGMENT",
        [[["volume"], [True]], RULES],
        error_text("#VALUE!", "row 2, column 4 of rules holds 100, a text is expected, as in the column"),
    ),
    "customers-currency": ("SP_SEGMENT", [[["volume"], [{"decimal": "100.0001"}]], RULES], "Key"),
    "customers-date": ("SP_SEGMENT", [[["volume"], [{"date": "2026-01-02"}]], RULES], "Key"),  # 46024
    "rules-blank-row": ("SP_SEGMENT", [HEADED, [RULES[0], [None, "", None, ""], RULES[1]]], [["Key"], ["Unassigned"]]),
    "rules-digits": ("SP_SEGMENT", [HEADED, [RULES[0], ["Key", "volume", ">=", "15"]]], [["Key"], ["Key"]]),
    "rules-day": ("SP_SEGMENT", [HEADED, [RULES[0], ["Old", "volume", "<", "2026-01-02"]]], [["Old"], ["Old"]]),
    "rules-one-row": (
        "SP_SEGMENT",
        [HEADED, RULES[:1]],
        error_text("#VALUE!", "there are no rules below the header row of rules"),
    ),
    "rules-one-cell": (
        "SP_SEGMENT",
        [HEADED, "segment"],
        error_text("#VALUE!", "rules needs the headers segment, column, operator, value and, for between, value2"),
    ),
    "rules-many": (
        "SP_SEGMENT",
        [HEADED, [RULES[0], *([f"Key {row}", "volume", ">=", 500 + row] for row in range(MANY))]],
        [["Key 0"], ["Unassigned"]],
    ),
    "header-blank": (
        "SP_SEGMENT",
        [[[None, "volume"], *HEADED[1:]], RULES],
        error_text("#VALUE!", "row 1, column 1 of customers is blank; a table with a header row is expected"),
    ),
    "header-twice": (
        "SP_SEGMENT",
        [[["volume", "volume"], *HEADED[1:]], RULES],
        error_text("#VALUE!", "customers has the header 'volume' more than once"),
    ),
    "points-blank-row": ("SP_ROUTE", [[*POINTS[:2], [None, "", None], POINTS[2]]], ROUTE),
    "points-one-row": (
        "SP_ROUTE",
        [POINTS[:1]],
        error_text("#VALUE!", "points has no rows; the first one is the base"),
    ),
    "points-one-column": (
        "SP_ROUTE",
        [[["label"], ["Base"]]],
        error_text("#VALUE!", "points needs the columns label, lat, lon; lat is missing"),
    ),
    "points-one-cell": (
        "SP_ROUTE",
        ["label"],
        error_text("#VALUE!", "points needs the columns label, lat, lon; lat is missing"),
    ),
    "points-digits": (
        "SP_ROUTE",
        [[*POINTS[:2], ["A", 0, "0.25"]]],
        error_text("#VALUE!", "row 3 of points holds the text '0.25' in lon; a number is expected"),
    ),
    "points-truth": (
        "SP_ROUTE",
        [[*POINTS[:2], ["A", 0, True]]],
        error_text("#VALUE!", "row 3 of points holds TRUE in lon; a number is expected"),
    ),
    "points-currency": ("SP_ROUTE", [[*POINTS[:2], ["A", 0, {"decimal": "0.25"}]]], ROUTE),
    "points-many": (
        "SP_ROUTE",
        [[POINTS[0], *(["A", 0, 0.25] for _ in range(MANY))]],
        error_text("#NUM!", "There are 9999 stops and at most 16 are possible; spread them over more days."),
    ),
}
"""What functions give of tables with a header row."""


def rounded(answer: Any) -> Any:
    """An answer with its numbers to four decimals."""
    if isinstance(answer, list):
        return [rounded(part) for part in answer]
    return round(answer, 4) if isinstance(answer, float) else answer


def blank_in_the_second_row(function: FunctionSpecification, arguments: list[Any]) -> list[Any]:
    """The arguments, with a blank row in each of the ranges in which a blank has a meaning."""

    def blanked(place: int, cells: Any) -> Any:
        if function.arguments[place].blank is not Blank.KEPT or not isinstance(cells, list):
            return cells
        return [cells[0], ([None, ""] * len(cells[1]))[: len(cells[1])], *cells[2:]]

    return [blanked(*pair) for pair in enumerate(arguments)]


def test_every_function_with_a_range_is_worked_out() -> None:
    with_ranges = {function.name for function in udfs.FUNCTIONS if any(map(is_range, function.arguments))}
    assert set(WORKED) == with_ranges
    with_tables = {name for name, _, _ in TABLES.values()}
    single = {name for name in BY_NAME if name not in with_ranges | with_tables}
    assert single == {"SP_TOURKM", "SP_VISITS", "SP_PATTERN"}


@pytest.mark.parametrize("name", WORKED)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_range_gives_what_is_worked_out(excel: Excel, name: str, shape: str) -> None:
    function, (rows, columns) = BY_NAME[name], SHAPES[shape]
    arguments = laid_out(function, rows, columns)
    if shape in ("column", "table"):
        arguments = blank_in_the_second_row(function, arguments)
    (answer,) = excel.ask(function, arguments)
    assert rounded(answer) == WORKED[name][shape]


@pytest.mark.parametrize("name", [name for name in WORKED if name not in SEVERAL])
def test_one_cell_and_a_range_of_one_are_the_same(excel: Excel, name: str) -> None:
    function = BY_NAME[name]
    one, range_of_one = excel.ask(function, good(function), laid_out(function, 1, 1))
    if name == "SP_ROUND":  # laid out, the total of the one value is left out: it is the same
        assert one == range_of_one == 2
    assert one == range_of_one


@pytest.mark.parametrize("case", TABLES)
def test_a_table_gives_what_is_worked_out(excel: Excel, case: str) -> None:
    name, arguments, expected = TABLES[case]
    (answer,) = excel.ask(BY_NAME[name], arguments)
    assert rounded(answer) == expected


@pytest.mark.parametrize(
    ("function", "place"),
    [case for case in cases(lambda argument: argument.shape_of != "") if case.values[0].name not in SEVERAL],
)
@pytest.mark.parametrize(
    ("rows", "columns", "size"),
    [
        pytest.param(3, 1, "3 rows by 1 column", id="column"),
        pytest.param(1, 3, "1 row by 3 columns", id="row"),
        pytest.param(3, 2, "3 rows by 2 columns", id="table"),
        pytest.param(MANY, 1, "10000 rows by 1 column", id="10,000-rows"),
    ],
)
def test_a_range_of_another_shape_than_the_one_beside_it_is_refused(
    excel: Excel, function: FunctionSpecification, place: int, rows: int, columns: int, size: str
) -> None:
    argument = function.arguments[place]
    cell = next(cell for cell in (good(function)[place], 1.0) if cell != MISSING)
    (answer,) = excel.ask(function, given(function, place, [[cell] * columns] * rows))
    assert answer == error_text(
        "#VALUE!",
        f"{argument.name} is {size} but {argument.shape_of} is 1 row by 1 column; select ranges of one shape",
    )


@pytest.mark.parametrize("name", ["visit_min", "travel_min"])
def test_times_of_other_groups_are_refused_and_never_counted_as_more_groups(excel: Excel, name: str) -> None:
    function = BY_NAME["SP_REPS"]
    place = next(place for place, argument in enumerate(function.arguments) if argument.name == name)
    (answer,) = excel.ask(function, given(function, place, [[60.0]] * 3))
    assert answer == error_text("#NUM!", "The groups have shape (3,), not (1,); select matching ranges.")
