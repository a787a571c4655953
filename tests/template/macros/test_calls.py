"""A wrapper hands the values of its arguments to Python, and shows what comes back as cells can show it."""

from __future__ import annotations

from typing import Any

import pytest

import udfs
from salesplan_xl.functions.basic import error_text
from salesplan_xl.functions.reading import ERROR_NUMBERS
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.workbook.cells import ERROR_TEXTS
from tests.template.macros.stand_in import EMPTY, NOTHING, Excel, HugeRange, VBAErrorValue

VALUE = {2015}


@pytest.mark.parametrize("function", [pytest.param(function, id=function.name) for function in udfs.FUNCTIONS])
def test_every_wrapper_calls_its_function_with_the_arguments_in_order(
    excel: Excel, function: FunctionSpecification
) -> None:
    given = [float(number) for number, _ in enumerate(function.arguments)]
    excel.call(function.name, *given)
    module, name, values, workbook, caller = excel.machine.calls[-1]
    assert (module, name, values) == ("salesplan_xl.entry.excel", function.name, given)
    assert workbook is NOTHING  # xlwings keeps a workbook that it is given
    assert caller is NOTHING  # xlwings would ask Excel for its type, once for every cell


@pytest.mark.parametrize("function", [pytest.param(function, id=function.name) for function in udfs.FUNCTIONS])
def test_what_is_left_out_stays_missing(excel: Excel, function: FunctionSpecification) -> None:
    required = [1.0 for argument in function.arguments if not argument.optional]
    excel.call(function.name, *required)
    missing = [...] * (len(function.arguments) - len(required))
    assert excel.machine.calls[-1][2] == [*required, *missing]


def test_a_range_arrives_as_rows_and_one_cell_as_its_value(excel: Excel) -> None:
    excel.sheet("Budget").set_value("B2", "text")
    excel.call("SP_SPREAD", excel.cells("A1"), excel.cells("A1:B2"))
    assert excel.machine.calls[-1][2][:2] == [1.0, [[1.0, None], [2.0, "text"]]]


def test_dates_and_money_arrive_as_plain_numbers_and_error_cells_as_errors(excel: Excel) -> None:
    sheet = excel.sheet("Budget")
    sheet.sheet.vba_get("Range", ["A1"]).vba_set("NumberFormat", "yyyy-mm-dd")
    sheet.sheet.vba_get("Range", ["A2"]).vba_set("NumberFormat", "$#,##0.00")
    sheet.set_value("A2", 1.23456)
    sheet.set_value("A3", VBAErrorValue(2042))
    excel.call("SP_ROUND", excel.cells("A1:A3"))
    # 1.23456 as Currency would be 1.2346
    assert excel.machine.calls[-1][2][0] == [[1.0], [1.23456], [{2042}]]


def test_several_areas_are_refused_without_asking_python(excel: Excel) -> None:
    assert excel.call("SP_ROUND", excel.cells("A1,A3")) == VALUE
    assert not excel.machine.calls


def test_a_range_that_memory_does_not_hold_is_refused_without_asking_python(excel: Excel) -> None:
    assert excel.call("SP_ROUND", HugeRange()) == VALUE
    assert not excel.machine.calls


@pytest.mark.parametrize(
    ("code", "number"),
    [
        pytest.param("#NULL!", 2000, id="null"),
        pytest.param("#DIV/0!", 2007, id="division"),
        pytest.param("#VALUE!", 2015, id="value"),
        pytest.param("#REF!", 2023, id="reference"),
        pytest.param("#NAME?", 2029, id="name"),
        pytest.param("#NUM!", 2036, id="number"),
        pytest.param("#N/A", 2042, id="not-available"),
        pytest.param("#GETTING_DATA", 2043, id="getting-data"),
        pytest.param("#SPILL!", 2045, id="spill"),
        pytest.param("#CONNECT!", 2046, id="connect"),
        pytest.param("#BLOCKED!", 2047, id="blocked"),
        pytest.param("#UNKNOWN!", 2048, id="unknown-to-this-excel"),
        pytest.param("#FIELD!", 2049, id="field"),
        pytest.param("#CALC!", 2050, id="calculation"),
        pytest.param("#BUSY!", 2051, id="busy"),
        pytest.param("#STRANGE!", 2015, id="no-error-of-excel"),
    ],
)
@pytest.mark.parametrize("why", ["", "the weights are zero"])
def test_a_marked_text_becomes_a_real_error_cell_wherever_it_stands(
    excel: Excel, code: str, number: int, why: str
) -> None:
    text = error_text(code, why)
    answers: list[tuple[object, object]] = [
        (text, {number}),
        ([[text]], {number}),
        ([[1.0, "x"], [text, ""]], [[1.0, "x"], [{number}, ""]]),
        ((1.0, text), [[1.0, {number}]]),
    ]
    for answer, expected in answers:
        excel.machine.always(answer)
        assert excel.call("SP_ROUND", 1.0) == expected


def test_every_error_of_a_cell_has_its_number() -> None:
    assert set(ERROR_NUMBERS) == set(ERROR_TEXTS)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(2.5, id="number"),
        pytest.param("#N/A", id="text-that-only-looks-like-an-error"),
        pytest.param("", id="blank"),
        pytest.param(True, id="truth"),
        pytest.param([[1.0, 2.0]], id="row"),
        pytest.param([[1.0], ["two"]], id="column"),
    ],
)
def test_any_other_answer_is_shown_as_it_is(excel: Excel, answer: Any) -> None:
    excel.machine.always(answer)
    assert excel.call("SP_ROUND", 1.0) == answer


def test_nothing_in_an_answer_stays_nothing(excel: Excel) -> None:
    excel.machine.always([[EMPTY, 1.0]])
    assert excel.call("SP_ROUND", 1.0) == [[None, 1.0]]
