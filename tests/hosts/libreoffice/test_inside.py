"""What runs inside LibreOffice, tried outside of it: cells to JSON and back, and the Python that answers."""

from __future__ import annotations

import ast
import json
import math
import sys
import threading
import time
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.functions.basic import OFFICE_SERVICE, functions_module
from salesplan_xl.hosts.libreoffice.extension import Button, Program, Settings, extension
from salesplan_xl.hosts.libreoffice.finding import WORKER
from salesplan_xl.hosts.libreoffice.inside import buttons, functions
from salesplan_xl.hosts.libreoffice.inside.cells import NUMBERS, Arguments, error_number, error_value, result
from salesplan_xl.hosts.libreoffice.inside.component import SERVICES
from salesplan_xl.hosts.libreoffice.inside.process import NoAnswerError, Python
from udfs import FUNCTIONS

PROGRAM = Program(("python", "-I"))
BUTTONS = [[Button("segment", "Segment & more")], [Button("load_actuals", "Load", "source", "Lines", "*.csv")]]
SETTINGS = Settings(PROGRAM, PROGRAM, BUTTONS, {"title": "Sales plan"})


class Range:
    """A range as Basic hands it over: rows of cells, in which an error is None and its number is asked for."""

    def __init__(self, rows: list[list[Any]], errors: dict[tuple[int, int], int]) -> None:
        self.CellRange = self
        self.RangeAddress = SimpleNamespace(StartRow=0, EndRow=len(rows) - 1)
        self.rows = rows
        self.errors = errors

    def getDataArray(self) -> tuple[tuple[Any, ...], ...]:  # noqa: N802 - UNO's name
        """All cells."""
        return tuple(map(tuple, self.rows))

    def getCellByPosition(self, column: int, row: int) -> Any:  # noqa: N802 - UNO's name
        """A cell, of which only the error is asked for."""
        return type("Cell", (), {"getError": lambda _: self.errors[row, column]})()


@pytest.mark.parametrize(
    ("handed_over", "as_json", "unnamed"),
    [
        pytest.param([1.5, "a", None], [1.5, "a", None], 0, id="single"),
        pytest.param([((1.0, ""), ("a", error_value(532)))], [[[1.0, ""], ["a", {"error": "#DIV/0!"}]]], 0, id="rows"),
        pytest.param([(1.0, 2.0)], [[1.0, 2.0]], 0, id="one-row"),
        pytest.param(
            [Range([[1.0, ""], [None, "a"]], {(1, 0): 32767})], [[[1.0, ""], [{"error": "#N/A"}, "a"]]], 0, id="range"
        ),
        pytest.param([error_value(502)], [{"error": "#UNKNOWN!"}], 502, id="an-error-without-a-name"),
        pytest.param(
            [Range([[None], [None]], {(0, 0): 508, (1, 0): 502})],
            [[[{"error": "#UNKNOWN!"}]] * 2][0:1],
            508,
            id="the-first",
        ),
    ],
)
def test_arguments_become_json(handed_over: list[Any], as_json: list[Any], unnamed: int) -> None:
    arguments = Arguments(handed_over)
    assert (arguments.json, arguments.unnamed) == (as_json, unnamed)


def test_a_nan_that_is_no_error_stays_one() -> None:
    (cell,) = Arguments([math.nan]).json
    assert math.isnan(cell)


@pytest.mark.parametrize("text", NUMBERS)
def test_an_error_goes_out_with_its_number(text: str) -> None:
    assert error_number(result({"error": text, "why": ""}, 0)) == NUMBERS[text]
    ((cell,),) = result({"value": [[{"error": text}]]}, 502)
    assert error_number(cell) == NUMBERS[text]


def test_an_error_without_a_name_comes_back_as_itself() -> None:
    assert error_number(result({"error": "#UNKNOWN!"}, 508)) == 508


CELLS = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text()


@given(CELLS, st.lists(st.lists(CELLS)))
def test_what_is_no_nan_goes_in_unchanged(cell: Any, rows: list[list[Any]]) -> None:
    assert Arguments([cell, tuple(map(tuple, rows))]).json == [cell, rows]


BESIDE = "pythonpath/salesplan_xl_inside"


def python(program: str, *, first: float = 20, seconds: float = 20, rest: float = 0.2) -> Python:
    """A Python that answers with a program of our own."""
    return Python([sys.executable, "-c", f"import sys, time, os, json\n{program}"], first, seconds, rest)


ECHO = """
for line in sys.stdin:
    print(line.strip(), flush=True)
"""
COUNTS = """
for number, line in enumerate(sys.stdin, start=1):
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], "n": number, "l": len(asked["x"])}), flush=True)
"""
STOPS_AFTER_ONE = """
print(sys.stdin.readline().strip(), flush=True)
"""


def test_questions_are_answered_by_one_process_whatever_their_size() -> None:
    asked = python(COUNTS)
    answers = [asked.ask({"x": "x" * size}) for size in (1, 300_000)]
    asked.close()
    assert answers == [{"n": 1, "l": 1}, {"n": 2, "l": 300_000}]
    assert not asked.silent


def test_a_process_that_stopped_meanwhile_is_started_again() -> None:
    asked = python(STOPS_AFTER_ONE)
    answers = [asked.ask({"n": number}) for number in range(3)]
    asked.close()
    assert answers == [{"n": 0}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        pytest.param("sys.exit(3)", "stops", id="stops"),
        pytest.param("sys.stdin.readline(); print('{', flush=True)", "stops", id="half-a-line"),
        pytest.param("time.sleep(30)", "longer than", id="hangs"),
        pytest.param("sys.stdin.readline(); print('[]', flush=True)", "stops", id="no-object"),
        pytest.param("sys.stdin.readline(); print('{}', flush=True)", "another question", id="a-line-nobody-asked-for"),
    ],
)
def test_a_failure_is_told_at_once_until_it_has_rested(program: str, why: str) -> None:
    asked = python(program, first=0.5, rest=30)
    with pytest.raises(NoAnswerError, match=why):
        asked.ask({"x": "x" * 1_000_000})  # more than a pipe takes when nobody reads it
    assert asked.silent
    with pytest.raises(NoAnswerError, match="a short while ago"):
        asked.ask({})


def test_after_the_rest_it_is_asked_again(tmp_path: Path) -> None:
    good = tmp_path / "good"
    asked = python(f"os.path.exists({str(good)!r}) or sys.exit(1)\n{ECHO}")
    with pytest.raises(NoAnswerError):
        asked.ask({})
    good.touch()
    time.sleep(0.25)
    assert asked.ask({"n": 1}) == {"n": 1}
    assert not asked.silent
    asked.close()


def test_a_program_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(NoAnswerError, match="does not start"):
        Python(["no-such-program"], 1, 1, 1).ask({})


def test_threads_get_the_answers_to_their_own_questions() -> None:
    asked = python(ECHO)
    found: dict[int, Any] = {}

    def ask(number: int) -> None:
        found[number] = [asked.ask({"n": number})["n"] for _ in range(20)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.close()
    assert found == {number: [number] * 20 for number in range(4)}


WISHES = """
asked = json.loads(sys.stdin.readline())
wishes = [{"verb": "double", "of": of} for of in (1, 2)]
heard = []
for wish in wishes:
    print(json.dumps(wish), flush=True)
    heard.append(json.loads(sys.stdin.readline()))
print(json.dumps({"id": asked["id"], "heard": heard}), flush=True)
"""
STOPS_AFTER_A_WISH = """
sys.stdin.readline()
open(sys.argv[1], "a").write("started ")
print('{"verb": "any"}', flush=True)
"""


def doubled(first: dict[str, Any], say: Any) -> dict[str, Any]:
    """Meet every wish with twice what it says."""
    heard = first
    while "verb" in heard:
        heard = say({"result": 2 * heard["of"]})
    return heard


def test_wishes_are_met_until_the_answer_comes() -> None:
    asked = python(WISHES)
    assert asked.ask({}, doubled) == {"heard": [{"result": 2}, {"result": 4}]}
    asked.close()


def test_the_time_that_a_wish_takes_is_not_the_time_of_python() -> None:
    asked = python(WISHES, first=1)

    def slowly(first: dict[str, Any], say: Any) -> dict[str, Any]:
        time.sleep(1.2)
        return doubled(first, say)

    assert asked.ask({}, slowly) == {"heard": [{"result": 2}, {"result": 4}]}
    asked.close()


def test_a_question_is_not_asked_again_once_there_was_a_wish(tmp_path: Path) -> None:
    asked = Python([sys.executable, "-c", f"import sys\n{STOPS_AFTER_A_WISH}", str(tmp_path / "starts")], 20, 20, 0)
    with pytest.raises(NoAnswerError, match="in the middle"):
        asked.ask({}, lambda _, say: say({"result": None}))
    assert (tmp_path / "starts").read_text() == "started "


def test_what_only_a_process_that_runs_can_know_starts_no_other() -> None:
    asked = python(STOPS_AFTER_ONE, rest=0)
    with pytest.raises(NoAnswerError, match="has stopped"):
        asked.ask({}, begins=False)
    assert asked.ask({"n": 0}) == {"n": 0}
    with pytest.raises(NoAnswerError, match="has stopped"):
        asked.ask({"n": 1}, begins=False)


def test_the_extension_is_the_same_bytes_and_holds_what_it_needs() -> None:
    made = extension(SETTINGS, "1.2.3")
    assert made == extension(SETTINGS, "1.2.3")
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert '<version value="1.2.3"/>' in archive.read("description.xml").decode()
        settings = json.loads(archive.read(f"{BESIDE}/settings.json"))
        assert settings["functions"]["command"] == ["python", "-I"]
        assert {button["label"] for button in settings["buttons"].values()} == {"Segment & more", "Load"}
        inside = {path.name for path in (WORKER.parent / "inside").glob("*.py")} - {"component.py"}
        assert {name for name in archive.namelist() if name.endswith(".py")} == {
            "component.py",
            *(f"{BESIDE}/{name}" for name in inside),
        }


def said(configuration: ElementTree.Element, name: str) -> list[str]:
    """All that is said of a property, where anything is."""
    found = (prop for prop in configuration.iter("prop") if name in prop.attrib.values())
    return [value.text for prop in found for value in prop if value.text]


def test_toolbar_and_menu_have_the_same_buttons_in_groups() -> None:
    with zipfile.ZipFile(BytesIO(extension(SETTINGS, "1.2.3"))) as archive:
        addons = ElementTree.fromstring(archive.read("Addons.xcu"))  # noqa: S314 - a file that was just made
        manifest = archive.read("META-INF/manifest.xml").decode()
        names = archive.namelist()
    buttons = ["org.salesplan_xl.actions:segment", "private:separator", "org.salesplan_xl.actions:load_actuals"]
    assert said(addons, "URL") == 2 * buttons
    assert said(addons, "Title") == ["Segment & more", "Load", "Sales plan", "Segment & more", "Load"]
    assert all(f'full-path="{name}"' in manifest for name in names if name.endswith((".xcu", ".components")))


def test_every_service_says_the_name_by_which_it_is_asked_for() -> None:
    assert {module: name for name, module in SERVICES.items()} == {
        "functions": functions.SERVICE,
        "buttons": buttons.SERVICE,
    }
    assert functions.SERVICE == OFFICE_SERVICE


def test_what_runs_in_another_python_is_written_for_3_8_and_needs_nothing_of_ours() -> None:
    inside = WORKER.parent / "inside"
    for path in (WORKER, *inside.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
        assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names, path


def test_the_wrappers_are_ascii_and_name_every_function() -> None:
    text = functions_module(FUNCTIONS)
    assert text.isascii()
    assert all(f"Public Function {function.name}(" in text for function in FUNCTIONS)
