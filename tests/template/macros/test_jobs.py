"""A button starts an action in Python; the workbook asks how far it is, may stop it, and never keeps Excel waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from salesplan_xl.template import macros
from salesplan_xl.workbook.schema import Kind
from tests.template.macros.conftest import LIBRARY, PYTHON
from tests.template.macros.macro_workbook import SPECIFICATIONS, write_workbook
from tests.template.macros.stand_in import NOTHING, Excel

POLL = "'plan.xlsm'!PlanPoll"
TITLE = "Sales plan"
LOST = ("Python was lost.\n\nNo answer: The RPC server is unavailable.", TITLE)


class Actions:
    """Python's side of one action: it works as often as it is told, then it is done."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds

    def __call__(self, name: str, _values: list[object]) -> object:
        """Answer a question about the action."""
        if name == "help_text":
            return [["Help."]]
        if name == "cancel":
            return ("cancelled", 3, "Segment was stopped.", 0.5)
        if self.rounds == 0:
            return ("done", 3, "Segment: 12 rows.", 1.0)
        self.rounds -= 1
        return ("working", 3, "Segment: working 40 %", 0.4)


def start(excel: Excel, rounds: int = 1000) -> None:
    """Press a button whose action goes on for some seconds."""
    excel.machine.answers = Actions(rounds)
    excel.press("action_segment")


def polls(excel: Excel) -> int:
    """How often the workbook has asked how far the action is."""
    return len(excel.machine.asked("poll"))


@pytest.mark.parametrize("action", SPECIFICATIONS, ids=lambda specification: specification.id)
def test_the_button_of_an_action_hands_over_its_id_and_the_workbook(excel: Excel, action: Any) -> None:
    excel.machine.answers = Actions(0)
    excel.application.picked = r"C:\orders.csv"
    excel.press(f"{macros.ACTION_BUTTON}{action.id}")
    _module, name, values, workbook, caller = excel.machine.calls[-1]
    files = ["source", r"C:\orders.csv"] if action.id == "load_actuals" else ["", ""]
    assert (name, values) == ("press", [action.id, excel.plan, *files])
    assert (workbook, caller) == (NOTHING, NOTHING)


def test_a_short_action_is_done_at_once_and_its_sentence_stands_for_a_while(excel: Excel) -> None:
    start(excel, rounds=0)
    assert (excel.status, excel.messages) == ("Segment: 12 rows.", [])
    excel.wait(7)
    assert excel.status == "Segment: 12 rows."
    excel.wait(1)
    assert excel.status is False  # Excel's own again
    assert not excel.application.appointments


def test_a_sentence_that_the_status_bar_may_not_take_is_cut(excel: Excel) -> None:
    excel.machine.always(("done", 0, 300 * "x", 1.0))
    excel.press("action_segment")
    assert excel.status == 255 * "x"


def test_no_action_reads_two_files() -> None:
    # a button asks for one
    files = [[option for option in action.options if option.kind is Kind.FILE] for action in SPECIFICATIONS]
    assert max(map(len, files)) == 1


def test_a_long_action_is_asked_for_each_second_until_it_is_done(excel: Excel) -> None:
    start(excel, rounds=3)
    assert excel.status == "Segment: working 40 %"
    assert [words for _time, words in excel.application.appointments] == [POLL]
    excel.wait(2)
    assert (excel.status, polls(excel)) == ("Segment: working 40 %", 2)
    excel.wait(1)
    assert (excel.status, polls(excel)) == ("Segment: 12 rows.", 3)
    assert excel.machine.asked("poll")[-1] == ("poll", [3, excel.plan])
    excel.wait(60)
    assert (excel.status, polls(excel)) == (False, 3)


def test_stop_cancels_the_action_and_the_agreed_question(excel: Excel) -> None:
    start(excel)
    excel.wait(2)
    excel.press(macros.STOP_BUTTON)
    assert excel.machine.asked("cancel") == [("cancel", [3, excel.plan])]
    assert (excel.status, excel.messages) == ("Segment was stopped.", [])
    excel.wait(60)
    assert (excel.status, polls(excel)) == (False, 2)


def test_stop_in_a_workbook_without_an_action_stops_whichever_there_is(excel: Excel) -> None:
    excel.machine.always(("cancelled", 0, "No action is working.", 1.0))
    excel.press(macros.STOP_BUTTON)
    assert excel.machine.asked("cancel") == [("cancel", [0, excel.plan])]
    assert excel.status == "No action is working."


def test_a_python_that_dies_at_work_ends_the_asking_with_one_message(excel: Excel) -> None:
    start(excel)
    excel.wait(1)
    assert excel.machine.running is not None
    excel.machine.running.is_alive = False
    excel.wait(60)
    assert excel.messages == [LOST]
    assert (excel.status, polls(excel)) == (False, 2)  # the second was the one that failed
    assert len(excel.machine.starts) == 1  # a new Python knows nothing of the action
    assert not excel.application.appointments


def test_after_a_lost_python_the_next_press_starts_another(excel: Excel) -> None:
    start(excel)
    excel.machine.failures = 1
    excel.wait(1)
    start(excel, rounds=0)
    assert (excel.messages, excel.status) == ([LOST], "Segment: 12 rows.")


def test_a_press_after_python_was_ended_starts_it_anew_and_is_sent_once(excel: Excel) -> None:
    start(excel, rounds=0)
    assert excel.machine.running is not None
    excel.machine.running.is_alive = False
    start(excel, rounds=0)
    assert len(excel.machine.asked("press")) == 2
    assert not excel.messages


def test_a_press_that_breaks_on_its_way_is_not_sent_again(excel: Excel) -> None:
    # Python may have died while it wrote into the workbook
    def die(name: str, values: list[object]) -> object:
        if name == "press":
            assert excel.machine.running is not None
            excel.machine.running.die()
        return Actions(0)(name, values)

    excel.machine.answers = die
    excel.press("action_segment")
    assert len(excel.machine.asked("press")) == 1
    assert excel.messages == [("No answer: The remote procedure call failed.", TITLE)]
    assert excel.status is False


def test_a_file_dialog_that_is_cancelled_does_nothing(excel: Excel) -> None:
    excel.press("action_load_actuals")
    assert excel.application.pickers == [("Lists,*.csv;*.csv.gz;*.xlsx;*.xlsm", "Choose a file")]
    assert not excel.machine.calls
    assert not excel.messages


def test_only_an_action_that_reads_a_file_asks_for_one(excel: Excel) -> None:
    start(excel)
    assert not excel.application.pickers


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_a_refusal_is_a_message_and_the_status_bar_is_excels(excel: Excel, state: str) -> None:
    excel.machine.always((state, 0, "Sheet 3, cell B7: not a number.", 0.0))
    excel.press("action_segment")
    assert excel.messages == [("Sheet 3, cell B7: not a number.", TITLE)]
    assert excel.status is False
    assert not excel.application.appointments


def test_a_refusal_of_the_result_ends_the_action(excel: Excel) -> None:
    start(excel)
    excel.machine.always(("refused", 3, "The tables were changed meanwhile.", 1.0))
    excel.wait(60)
    assert excel.messages == [("The tables were changed meanwhile.", TITLE)]
    assert (excel.status, polls(excel)) == (False, 1)


def test_a_second_press_is_answered_and_leaves_the_first_action_at_work(excel: Excel) -> None:
    start(excel, rounds=3)
    goes_on = excel.machine.answers
    excel.machine.always(("refused", 0, "Segment is still at work.", 0.0))
    excel.press("action_check")
    assert excel.messages == [("Segment is still at work.", TITLE)]
    excel.machine.answers = goes_on
    excel.wait(3)
    assert excel.status == "Segment: 12 rows."


def test_while_excel_is_not_ready_the_question_waits(excel: Excel) -> None:
    start(excel, rounds=1)
    excel.is_ready = False  # a cell is being edited
    excel.wait(60)
    assert polls(excel) == 0
    excel.is_ready = True
    excel.wait(0)
    assert (polls(excel), excel.status) == (1, "Segment: 12 rows.")


def test_excel_would_open_a_closed_workbook_again_for_what_it_agreed_to(excel: Excel) -> None:
    # what the next test guards against
    start(excel)
    excel.application.workbooks_.books.remove(excel.plan)
    excel.wait(60)
    assert excel.opened_again == [POLL]


def test_closing_the_workbook_stops_the_action_and_it_stays_closed(excel: Excel) -> None:
    start(excel)
    excel.close_plan()
    assert excel.machine.asked("cancel") == [("cancel", [3, excel.plan])]
    assert excel.status is False
    excel.wait(60)
    assert excel.opened_again == []
    assert polls(excel) == 0


def test_a_workbook_closed_right_after_an_action_stays_closed(excel: Excel) -> None:
    start(excel, rounds=0)
    excel.close_plan()
    excel.wait(60)
    assert (excel.status, excel.opened_again) == (False, [])
    assert not excel.machine.asked("cancel")


def test_a_workbook_that_is_renamed_meanwhile_is_asked_by_its_new_name(excel: Excel, tmp_path: Path) -> None:
    start(excel, rounds=1)
    excel.rename_plan(tmp_path / "renamed.xlsm")
    assert [words for _time, words in excel.application.appointments] == ["'renamed.xlsm'!PlanPoll"]
    excel.wait(1)
    assert (excel.status, excel.opened_again) == ("Segment: 12 rows.", [])


def test_a_name_with_an_apostrophe_is_found(tmp_path: Path) -> None:
    excel = Excel.with_plan(write_workbook(tmp_path / "Ann's plan.xlsm", PYTHON))
    excel.machine.libraries.add(LIBRARY)
    start(excel, rounds=1)
    assert [words for _time, words in excel.application.appointments] == ["'Ann''s plan.xlsm'!PlanPoll"]
    excel.wait(1)
    assert excel.status == "Segment: 12 rows."


def test_an_action_works_on_its_own_workbook_whichever_is_in_front(excel: Excel, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    with xlsxwriter.Workbook(other) as workbook:
        workbook.add_worksheet()
    excel.activate_workbook(excel.open_workbook(other))
    start(excel, rounds=1)
    excel.wait(1)
    assert [values[1] for _name, values in excel.machine.asked("press", "poll")] == [excel.plan, excel.plan]
    assert excel.workbook is not excel.plan


def test_the_macro_that_excel_calls_does_nothing_when_a_person_runs_it(excel: Excel) -> None:
    excel.call("PlanPoll")
    assert not excel.machine.calls
    assert (excel.messages, excel.status) == ([], False)


def test_a_program_of_another_version_that_answers_in_words_is_shown(excel: Excel) -> None:
    excel.machine.always("segment is not in salesplan-xl 0.1.")
    excel.press("action_segment")
    assert excel.messages == [("segment is not in salesplan-xl 0.1.", TITLE)]
