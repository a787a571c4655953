"""
Every cell function against every kind of cell, as Excel's macros call it through xlwings' own Windows code.

What is expected is what the reference page says (`docs/functions.md`, *What a cell can hold*). Whatever is asked here
is asked of the command line too, and must be answered with the same cells.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import udfs
from salesplan_xl.functions.basic import ERROR_MARK, error_text, functions_module
from salesplan_xl.functions.specification import Blank, FunctionSpecification, Kind
from tests.hosts.excel.matrix import (
    ERRORS,
    MISSING,
    Excel,
    amid,
    cases,
    given,
    good,
    in_table,
    is_range,
    is_single,
    is_table,
)
from tests.hosts.excel.windows import Windows

pytestmark = pytest.mark.xdist_group("excel-matrix")

PAGE = Path(__file__).parents[3] / "docs" / "functions.md"
BAD, NUM = "#VALUE!", "#NUM!"

FAMILIES = ("number, amount", "integer", "text", "label", "date", "choice", "boolean")
"""The columns of the page's table: kinds of cells that are read alike."""

DAY = 46024.0  # 2 January 2026
RULES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    # what stands in the cell      and what it counts as, in the order of FAMILIES
    "a whole number": (DAY, (DAY, DAY, "46024", DAY, DAY, BAD, BAD)),
    "a number with decimals": (DAY + 0.5, (DAY + 0.5, NUM, BAD, DAY + 0.5, DAY, BAD, BAD)),
    "TRUE or FALSE": (True, (BAD, BAD, BAD, BAD, BAD, BAD, True)),
    "a text of digits": ("12", (BAD, BAD, "12", "12", BAD, BAD, BAD)),
    "a text such as 2026-01-31": ("2026-01-02", (BAD, BAD, "2026-01-02", "2026-01-02", DAY, BAD, BAD)),
    "a date from a macro": ({"date": "2026-01-02T09:30"}, (BAD, BAD, BAD, BAD, DAY, BAD, BAD)),
}

LEFT_OUT: dict[tuple[str, str], Any] = {
    ("SP_ABC", "a"): 0.8,
    ("SP_ABC", "b"): 0.95,
    ("SP_RFM", "bins"): 5,
    ("SP_WORKDAYS", "week"): "1111100",
    ("SP_KM", "detour"): 1.3,
    ("SP_MINUTES", "fixed"): 5,
    ("SP_TOURKM", "base_km"): 0,
    ("SP_ROUTE", "round_trip"): True,
    ("SP_SPREAD", "unit"): 0.01,
    ("SP_SPREAD", "zero"): "error",
    ("SP_FIT", "unit"): 0.01,
    ("SP_ROUND", "unit"): 0.01,
    ("SP_ROUND", "total"): 2,  # the rounded sum of the one value, 2
    ("SP_PATTERN", "unit"): 0.01,
    ("SP_CATCHUP", "unit"): 0.01,
    ("SP_VARIANCE", "kind"): "revenue",
    ("SP_FLAG", "min_share"): 0.1,
    ("SP_FLAG", "kind"): "revenue",
    ("SP_FLAG", "mode"): "and",
    ("SP_DRIVERS", "top"): 1,  # all there are
}
"""What the page says that an argument is when it is left out; the others stand for no such thing."""

NO_SUCH_THING = {
    ("SP_WORKDAYS", "country"): error_text(BAD, "a subdivision needs its country"),
    ("SP_WORKDAYS", "subdivision"): 5.0,
    ("SP_MINUTES", "kmh"): 4 + 10 * 2 + 15 * 1,  # 10 km at 30 km/h, the other 15 at 60
    ("SP_SPREAD", "held"): 100.0,
    ("SP_FIT", "held"): 100.0,
    ("SP_CATCHUP", "held"): 100.0,
    ("SP_FLAG", "min_amount"): "act",
}
"""What comes out where an argument is left out that has no value to stand for it."""


def family(kind: Kind) -> str:
    """The column of the page's table that a kind belongs to; none for a range with a header row."""
    word = kind.value.removesuffix("s")
    return next((name for name in FAMILIES if word in name.split(", ")), "")


def everywhere(function: FunctionSpecification, place: int, cell: Any) -> list[list[Any]]:
    """Calls with a cell on its own, as a range of one cell, and in a longer range, as far as the argument takes it."""
    argument = function.arguments[place]
    if is_table(argument):
        return [in_table(function, place, cell), in_table(function, place, cell, row=0)]
    alone = [given(function, place, cell), given(function, place, [[cell]])]
    return [*alone, amid(function, place, cell)] if is_range(argument) else alone


def is_refused_by_kind(answer: Any) -> bool:
    """Whether the cell was not of the kind that was expected, before the function itself was asked."""
    return isinstance(answer, str) and bool(re.search(r"(is expected|; choose .*)\Z", answer))


def table_of_the_page() -> dict[str, list[str]]:
    """The table of the page: what a cell holds, and what each family of kinds makes of it."""
    lines = PAGE.read_text(encoding="utf-8").partition("## What a cell can hold")[2].partition("\n- ")[0].splitlines()
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert tuple(rows[0][1:]) == FAMILIES
    return {row[0]: row[1:] for row in rows[2:]}


def test_the_page_states_the_rules_that_are_tested_here() -> None:
    page = table_of_the_page()
    assert page.pop("an error") == ["the error"] * len(FAMILIES)
    assert list(page) == list(RULES)
    for what, (_, meanings) in RULES.items():
        refusals = [f"`{meaning}`" if meaning in (BAD, NUM) else "" for meaning in meanings]
        assert [said if said.startswith("`") else "" for said in page[what]] == refusals, what


@pytest.mark.parametrize(("function", "place"), cases())
def test_every_error_comes_out_as_itself_and_says_where_it_stood(
    excel: Excel, function: FunctionSpecification, place: int
) -> None:
    argument = function.arguments[place]
    for text, number in ERRORS.items():
        for answer in excel.ask(function, *everywhere(function, place, {"error": number})):
            assert re.fullmatch(
                rf"{ERROR_MARK}{re.escape(text)} .*\b{argument.name} holds the error {re.escape(text)}", answer
            )


@pytest.mark.parametrize(("function", "place"), cases(lambda argument: not is_table(argument)))
@pytest.mark.parametrize("what", RULES)
def test_a_cell_counts_as_the_page_says(excel: Excel, function: FunctionSpecification, place: int, what: str) -> None:
    argument = function.arguments[place]
    cell, meanings = RULES[what]
    meaning = meanings[FAMILIES.index(family(argument.kind))]
    answers = excel.ask(function, *everywhere(function, place, cell))
    if meaning in (BAD, NUM):
        for answer in answers:
            assert answer.startswith(f"{ERROR_MARK}{meaning} ")
            assert re.search(rf"\b{argument.name} holds ", answer)
            assert is_refused_by_kind(answer)
    else:
        assert answers == excel.ask(function, *everywhere(function, place, meaning))
        assert not any(map(is_refused_by_kind, answers))


@pytest.mark.parametrize(("function", "place"), cases(lambda one: family(one.kind) in FAMILIES[:2]))
def test_money_in_a_currency_format_is_its_number(excel: Excel, function: FunctionSpecification, place: int) -> None:
    cell = good(function)[place]
    number = cell if isinstance(cell, float) else 100.0
    money = {"decimal": str(number)}
    plain = excel.ask(function, *everywhere(function, place, number))
    assert excel.ask(function, *everywhere(function, place, money)) == plain


@pytest.mark.parametrize(("function", "place"), cases(lambda argument: argument.kind is Kind.CHOICE))
def test_a_choice_may_be_in_upper_case(excel: Excel, function: FunctionSpecification, place: int) -> None:
    for choice in function.arguments[place].choices:
        small, large = excel.ask(function, given(function, place, choice), given(function, place, choice.upper()))
        assert small == large
        assert not is_refused_by_kind(small)


@pytest.mark.parametrize(("function", "place"), cases(lambda argument: argument.optional))
def test_a_blank_and_nothing_are_what_the_page_says_of_what_is_left_out(
    excel: Excel, function: FunctionSpecification, place: int
) -> None:
    key = (function.name, function.arguments[place].name)
    nothings = (MISSING, None, "", [[None]], [[""]])
    answers = excel.ask(function, *(given(function, place, nothing) for nothing in nothings))
    expected = (
        NO_SUCH_THING[key] if key in NO_SUCH_THING else excel.ask(function, given(function, place, LEFT_OUT[key]))[0]
    )
    assert answers == [expected] * len(nothings)


@pytest.mark.parametrize(("function", "place"), cases(lambda argument: not argument.optional))
def test_what_is_needed_and_not_there_is_named(excel: Excel, function: FunctionSpecification, place: int) -> None:
    name = function.arguments[place].name
    for answer in excel.ask(function, given(function, place, MISSING), good(function)[:place]):
        assert answer.startswith(f"{ERROR_MARK}#VALUE! {function.signature} needs ")
        assert name in answer.partition(" needs ")[2].split(" and ")


@pytest.mark.parametrize(
    ("function", "place"),
    cases(lambda argument: not (argument.optional or is_table(argument) or argument.blank is Blank.KEPT)),
)
@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_that_nothing_is_said_of_is_refused_by_place(
    excel: Excel, function: FunctionSpecification, place: int, blank: str | None
) -> None:
    argument = function.arguments[place]
    for answer in excel.ask(function, *everywhere(function, place, blank)):
        assert answer.startswith(f"{ERROR_MARK}#VALUE! ")
        assert f"{argument.name} is blank; " in answer


@pytest.mark.parametrize(("function", "place"), cases(is_single))
@pytest.mark.parametrize(
    ("rows", "columns", "size"),
    [
        pytest.param(2, 1, "2 rows by 1 column", id="column"),
        pytest.param(1, 2, "1 row by 2 columns", id="row"),
        pytest.param(3, 2, "3 rows by 2 columns", id="table"),
        pytest.param(10_000, 1, "10000 rows by 1 column", id="10,000-rows"),
    ],
)
def test_a_range_where_a_single_cell_belongs_is_refused(
    excel: Excel, function: FunctionSpecification, place: int, rows: int, columns: int, size: str
) -> None:
    argument = function.arguments[place]
    cell = next(cell for cell in (good(function)[place], DAY) if cell != MISSING)
    (answer,) = excel.ask(function, given(function, place, [[cell] * columns] * rows))
    assert answer == error_text(BAD, f"{argument.name} is {size}; a single cell is expected")


def test_xlwings_imports_every_function_with_the_arguments_of_our_wrappers() -> None:
    with Windows() as windows:
        imported = windows.import_udfs("salesplan_xl.entry.excel")
    theirs, ours = declared(imported["module"]), declared(functions_module(udfs.FUNCTIONS))
    assert {name: theirs[name] for name in ours} == ours
    described = {options["Macro"]: options for options in imported["options"]}
    for function in udfs.FUNCTIONS:
        options = described[f"'plan.xlsm'!{function.name}"]
        assert options["Description"] == function.help
        assert options["ArgumentDescriptions"] == [argument.help for argument in function.arguments]


def declared(module: str) -> dict[str, list[str]]:
    """The functions of a module of VBA with the names of their parameters."""
    found = re.findall(r"^(?:Public )?Function (SP_\w+)\((.*?)\)", module, re.MULTILINE)
    return {name: re.findall(r"(\w+)(?: As Variant)?(?:,|$)", parameters) for name, parameters in found}
