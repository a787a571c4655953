"""The buttons that tell something ask Python and show the answer; the wizard learns the help of each function."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import udfs
from salesplan_xl.functions.basic import error_text
from salesplan_xl.functions.specification import Argument, FunctionSpecification, Kind
from salesplan_xl.template import macros
from tests.template.macros.conftest import PYTHON
from tests.template.macros.macro_workbook import write_workbook
from tests.template.macros.stand_in import NOTHING, Excel, HugeRange, VBAErrorValue

QUOTES = 254 * '"' + "."
QUOTED = FunctionSpecification(
    "SP_QUOTED", QUOTES, tuple(Argument(f"part_{letter}", Kind.NUMBER, QUOTES) for letter in "abcdefghijklmnop"), len
)


def test_a_press_while_cells_wait_asks_at_once_and_says_what_is_wrong(excel: Excel) -> None:
    excel.machine.failures = 4
    excel.call("SP_ROUND", 1.0)
    excel.press("action_check")
    assert [text for text, _title in excel.messages] == 2 * ["No answer: The RPC server is unavailable."]
    excel.machine.answers = lambda name, _: ("done", 1, "Done.", 1.0) if name == "press" else 1.0
    excel.press("action_check")
    assert excel.call("SP_ROUND", 1.0) == 1.0  # the press that was answered ended the wait


def test_a_long_answer_says_that_it_was_cut(excel: Excel) -> None:
    excel.machine.always(1001 * "x")
    excel.press(macros.HELP_BUTTON)
    assert excel.messages[-1][0] == 1000 * "x" + " ..."


def test_help_is_asked_for_the_sheet_in_front(excel: Excel) -> None:
    excel.machine.answers = lambda _name, values: [[f"Help of {values[0]}."]]
    excel.press(macros.HELP_BUTTON)
    assert excel.messages == [("Help of Sheet_budget.", "Sales plan")]


def test_help_without_python_says_what_it_can(tmp_path: Path) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm"))
    excel.press(macros.HELP_BUTTON)
    assert excel.messages == [("Buttons and functions.\n\nNo Python is known.", "Sales plan")]


def _why(excel: Excel, address: str) -> str:
    """What *Why?* says of a cell."""
    excel.cells(address).vba_get("Select")
    excel.press(macros.WHY_BUTTON)
    return excel.messages[-1][0]


def _ask(excel: Excel, address: str, answer: object, function: str = "SP_ROUND") -> None:
    """Let a cell ask."""
    excel.application.caller = excel.cells(address)
    excel.machine.always(answer)
    (asked,) = (one for one in udfs.FUNCTIONS if one.name == function)
    excel.interpreter.run(function, [1.0 for argument in asked.arguments if not argument.optional])


def _show(excel: Excel, address: str, answer: object, formula: str = "=SP_ROUND(A1:A3)") -> None:
    """Let a cell ask; the stand-in calculates no formula of ours, so it shows an error in any case."""
    _ask(excel, address, answer)
    excel.cells(address).vba_set("Formula", formula)


SPILLED = '=IF({1;1},NA(),"SP_ROUND")'
"""A formula that spills two error cells and, as far as its text says, asks one of our functions."""


def test_why_gives_the_reason_of_the_selected_cell_and_of_no_other(excel: Excel) -> None:
    _ask(excel, "C1", [[1.0], [error_text("#NUM!", "the first reason")]])
    excel.cells("C1").vba_set("Formula2", SPILLED)
    _show(excel, "D1", error_text("#NUM!", "another reason"))
    assert _why(excel, "C2") == "the first reason"
    assert _why(excel, "C1") == "No reason is known."


def test_why_gives_the_reasons_of_an_array_formula_to_all_its_cells(excel: Excel) -> None:
    _ask(excel, "C1:C2", [[1.0], [error_text("#NUM!", "a reason below")]])
    excel.cells("C1:C2").vba_set("FormulaArray", "=SP_ROUND(A1:A2)")
    assert _why(excel, "C2") == "a reason below"


def test_why_knows_nothing_of_an_error_below_that_is_no_part_of_the_result(excel: Excel) -> None:
    _show(excel, "C1", [[1.0], [error_text("#NUM!", "a reason inside")]], "=SUM(SP_ROUND(A1:A2))")
    excel.sheet("Budget").set_value("C2", VBAErrorValue(2007))
    assert _why(excel, "C2") == "No reason is known."


def test_why_tells_the_reasons_of_all_functions_in_a_cell_the_cause_first(excel: Excel) -> None:
    _ask(excel, "D1", error_text("#NUM!", "the latitude is 91"), "SP_KM")
    _ask(excel, "D1", error_text("#NUM!", "km holds the error #NUM!"), "SP_MINUTES")
    excel.cells("D1").vba_set("Formula", "=SP_MINUTES(SP_KM(91,0,0,0))")
    assert _why(excel, "D1") == "SP_KM: the latitude is 91\nSP_MINUTES: km holds the error #NUM!"


def test_a_function_that_succeeds_leaves_the_reason_of_another_in_its_cell(excel: Excel) -> None:
    _ask(excel, "D1", error_text("#NUM!", "the latitude is 91"), "SP_KM")
    _ask(excel, "D1", 1.0, "SP_ROUND")
    excel.cells("D1").vba_set("Formula", "=SP_KM(91,0,0,0)+SP_ROUND(A1)")
    assert _why(excel, "D1") == "the latitude is 91"


def test_why_tells_a_long_reason_whole(excel: Excel) -> None:
    _show(excel, "D1", error_text("#NUM!", 900 * "x"))
    assert _why(excel, "D1") == 900 * "x"


def test_an_answer_that_macros_cannot_read_has_its_own_reason_and_no_message(excel: Excel) -> None:
    excel.machine.failures = 2
    _ask(excel, "D1", 1.0)
    excel.wait(61)
    before = list(excel.messages)
    _ask(excel, "D1", ([1.0], [2.0]))
    excel.cells("D1").vba_set("Formula", "=SP_ROUND(A1)")
    assert excel.messages == before
    assert "ubscript" in _why(excel, "D1")


def test_why_forgets_the_reason_when_the_cell_is_calculated_again(excel: Excel) -> None:
    _show(excel, "D1", error_text("#NUM!", "an old reason"))
    _show(excel, "D1", 1.0)
    assert _why(excel, "D1") == "No reason is known."


def test_why_says_that_python_is_gone_and_that_areas_are_refused(excel: Excel) -> None:
    excel.application.caller = excel.cells("D1")
    excel.machine.failures = 2
    excel.call("SP_ROUND", 1.0)
    excel.application.caller = excel.cells("D2")  # within the minute: not asked at all
    excel.call("SP_ROUND", 1.0)
    excel.wait(61)
    excel.application.caller = excel.cells("D3")
    excel.call("SP_ROUND", excel.cells("A1,A3"))
    excel.application.caller = excel.cells("D4")
    excel.call("SP_ROUND", HugeRange())
    for address in ("D1", "D2", "D3", "D4"):
        excel.cells(address).vba_set("Formula", "=SP_ROUND(A1:A3)")
    assert [_why(excel, address) for address in ("D1", "D2", "D3", "D4")] == [
        "No answer: The RPC server is unavailable.",
        "No answer: The RPC server is unavailable.",
        "Several areas.",
        "Too many cells.",
    ]


def test_why_of_an_amount_asks_python_with_the_workbook_the_sheet_and_the_cell(excel: Excel) -> None:
    asked: list[object] = []

    def answer(name: str, values: list[object]) -> object:
        asked.append((name, values[1:]))
        return [["2026-03: 6.00, one budget line.\nShare: all."]]

    excel.machine.answers = answer
    assert _why(excel, "A3") == "2026-03: 6.00, one budget line.\nShare: all."
    assert asked == [("why", ["Budget", "A3"])]


def test_why_of_an_amount_without_python_says_that_none_is_known_and_why_not(tmp_path: Path) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "plan.xlsm"))
    excel.sheet("Budget").set_value("A1", 1.0)
    assert _why(excel, "A1") == "No reason is known.\n\nNo Python is known."


def test_the_wizard_learns_each_function_of_this_workbook_in_its_category(excel: Excel) -> None:
    excel.call(macros.ON_LOAD, NOTHING)
    assert excel.application.help == [
        {
            "macro": f"'plan.xlsm'!{function.name}",
            "help": function.help,
            "category": "Sales plan",
            "arguments": [argument.help for argument in function.arguments],
        }
        for function in udfs.FUNCTIONS
    ]


def test_help_at_its_longest_stays_within_the_limits_of_vba(tmp_path: Path) -> None:
    bare = replace(QUOTED, name="SP_BARE", arguments=())
    plan = write_workbook(tmp_path / "plan.xlsm", PYTHON, functions=(QUOTED, bare))
    excel = Excel.with_plan(plan)
    excel.call(macros.ON_LOAD, NOTHING)
    assert [(told["help"], told["arguments"]) for told in excel.application.help] == [
        (QUOTES, 16 * [QUOTES]),
        (QUOTES, []),
    ]


def test_help_that_excel_refuses_stops_no_other_and_is_no_edit(excel: Excel) -> None:
    excel.application.refused_help = {udfs.FUNCTIONS[0].name}
    excel.save_nothing()
    excel.call(macros.ON_LOAD, NOTHING)
    assert len(excel.application.help) == len(udfs.FUNCTIONS) - 1
    assert excel.workbook.saved
    assert not excel.messages
