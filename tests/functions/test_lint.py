"""A specification is refused by lint for whatever a spreadsheet would stumble over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from salesplan_xl.functions.lint import RESERVED_WORDS, lint, name_problem
from salesplan_xl.functions.specification import Argument, Blank, FunctionSpecification, Kind

WEIGHTS = Argument("weights", Kind.NUMBERS, "Relative sizes.")
SHARE = FunctionSpecification("SP_SHARE", "Shares of a whole.", (WEIGHTS,), len, along="weights")


def test_a_sound_specification_has_no_fault() -> None:
    assert lint(SHARE) == ()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("lat1", "reads as the cell LAT1", id="three-letters-and-a-digit"),
        pytest.param("xfd1", "reads as the cell XFD1", id="last-column"),
        pytest.param("xfe1", None, id="beyond-the-last-column"),
        pytest.param("r", "reads as a row or column", id="row"),
        pytest.param("c12", "reads as a row or column", id="column"),
        pytest.param("r1c1", "reads as a row or column", id="row-and-column"),
        pytest.param("currency", "is a reserved word", id="vba-type"),
        pytest.param("Stop", "is a reserved word", id="vba-statement"),
        pytest.param("left", "is a reserved word", id="vba-function"),
        pytest.param("local", "is a reserved word", id="libreoffice-word"),
        pytest.param("PlanCall", "is a reserved word", id="called-by-the-wrapper"),
        pytest.param("caller", "is a reserved word", id="kept-by-xlwings"),
        pytest.param("total", None, id="plain"),
    ],
)
def test_a_name_that_reads_as_something_else_is_named(name: str, problem: str | None) -> None:
    assert name_problem(name) == problem


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        pytest.param(replace(SHARE, name="SHARE"), "does not start with SP_", id="no-prefix"),
        pytest.param(replace(SHARE, name="SP_share"), "does not start with SP_", id="small-letters"),
        pytest.param(replace(SHARE, help=""), "has no help", id="no-help"),
        pytest.param(replace(SHARE, help="x" * 255 + "."), "more than 255", id="long-help"),
        pytest.param(replace(SHARE, help="Shares"), "no sentence", id="no-sentence"),
        pytest.param(replace(SHARE, help="Shares × weights."), "not ASCII", id="letters-that-macros-cannot-hold"),
        pytest.param(replace(SHARE, along="held"), "none of its ranges", id="along-nothing"),
        pytest.param(replace(SHARE, arguments=(WEIGHTS, WEIGHTS)), "two arguments of one name", id="twice"),
    ],
)
def test_a_fault_of_a_function_is_found(broken: FunctionSpecification, fault: str) -> None:
    assert any(fault in sentence for sentence in lint(broken)), lint(broken)


@pytest.mark.parametrize(
    ("argument", "fault"),
    [
        pytest.param(Argument("Held", Kind.NUMBERS, "Kept."), "is not a lower-case", id="capital"),
        pytest.param(Argument("thirteenchars", Kind.NUMBERS, "Kept."), "longer than 12", id="long-name"),
        pytest.param(Argument("held", Kind.NUMBERS, "Kept"), "no sentence", id="no-sentence"),
        pytest.param(Argument("sp_share", Kind.NUMBERS, "Kept."), "the function itself", id="the-function"),
        pytest.param(Argument("kind", Kind.CHOICE, "Which."), "must have choices", id="no-choices"),
        pytest.param(
            Argument("kind", Kind.CHOICE, "Which.", optional=True, default="x", choices=("a",)),
            "none of its choices",
            id="strange-default",
        ),
        pytest.param(Argument("unit", Kind.NUMBER, "Unit.", default=1), "not optional", id="default"),
        pytest.param(Argument("unit", Kind.NUMBER, "Unit.", blank=Blank.KEPT), "cannot keep", id="kept"),
        pytest.param(Argument("held", Kind.NUMBERS, "Held.", shape_of="none"), "no earlier range", id="shape"),
    ],
)
def test_a_fault_of_an_argument_is_found(argument: Argument, fault: str) -> None:
    faults = lint(replace(SHARE, arguments=(WEIGHTS, argument)))
    assert any(fault in sentence for sentence in faults), faults


def test_a_required_argument_after_an_optional_one_is_found() -> None:
    unit = Argument("unit", Kind.NUMBER, "Unit.", optional=True)
    faults = lint(replace(SHARE, arguments=(unit, WEIGHTS)))
    assert faults == ("SP_SHARE has a required argument after an optional one",)


def test_more_arguments_than_a_wrapper_takes_are_found() -> None:
    # 61 arguments of two characters: 61 + 122 = 183 fit the wizard
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [first + second for first in "mno" for second in letters if first + second not in RESERVED_WORDS][:61]
    arguments = tuple(Argument(name, Kind.NUMBER, "Number.") for name in names)
    assert lint(replace(SHARE, arguments=arguments, along="")) == ("SP_SHARE has more than 60 arguments",)


def test_a_line_that_vba_does_not_read_is_found() -> None:
    # 40 optional arguments of two characters: "Optional ab As Variant, " is 24 each, 960; with the name and what is
    # around them 1009; three more pass 1023, where the wizard still holds 43 + 86 = 129
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [first + second for first in "mn" for second in letters if first + second not in RESERVED_WORDS]
    arguments = tuple(Argument(name, Kind.NUMBER, "Number.", optional=True) for name in names)
    fault = "SP_SHARE has a wrapper with a line of more than 1023 characters, which VBA does not read"
    assert lint(replace(SHARE, arguments=arguments[:40], along="")) == ()
    assert lint(replace(SHARE, arguments=arguments[:43], along="")) == (fault,)


def test_more_names_than_the_wizard_holds_are_found() -> None:
    # 20 arguments of 12 characters: 20 + 240 = 260, and the wizard holds 254
    arguments = tuple(Argument(f"argument_{chr(97 + n)}xx", Kind.NUMBER, "Number.") for n in range(20))
    faults = lint(replace(SHARE, arguments=arguments, along=""))
    assert faults == ("SP_SHARE has more argument names than the function wizard can hold",)
