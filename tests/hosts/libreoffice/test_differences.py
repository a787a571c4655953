"""Where LibreOffice cannot tell apart what Excel can, and what follows. The guide says the same to planners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.hosts.libreoffice.sheet_of_calls import Call, Typed, expected, shown, write_calls

if TYPE_CHECKING:
    from tests.office import Office

pytestmark = pytest.mark.office

T = Typed
NOTHING = Typed("")

DIFFERS: dict[str, tuple[Call, Any]] = {
    # what is left out arrives as 0, and a total of 0 could be meant
    "a-number-left-out-in-the-middle-is-refused": (
        Call("SP_ROUND", ([[0.4], [0.6]], NOTHING, T("1")), 2),
        [["#VALUE!"], ["#VALUE!"]],
    ),
    # the total is required; left out in front it is a total of 0
    "a-required-number-left-out-in-front-is-0": (Call("SP_SPREAD", (NOTHING, [[1], [3]]), 2), [[0.0], [0.0]]),
    # a comma with nothing after it is a total of 0, which 4 - 3 cannot be rounded to
    "a-number-left-out-at-the-end-after-a-comma-is-0": (
        Call("SP_ROUND", ([[4.0], [-3.0]], NOTHING), 2),
        [["#NUM!"]] * 2,
    ),
    # a 0 that is typed for a range, with more after it, counts as left out: nothing is held
    "a-0-typed-for-a-range-is-nothing": (Call("SP_SPREAD", (T("5"), T("1"), T("0"), T("1"))), [[5.0]]),
    # no truth values: TRUE is 1
    "true-is-1": (Call("SP_SPREAD", (T("10"), [[True], [1]]), 2), [[5.0], [5.0]]),
}


@pytest.fixture(scope="module")
def cells(calc: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each call shows; calculated once."""
    path = tmp_path_factory.mktemp("differences") / "calls.xlsx"
    calls = [call for call, _ in DIFFERS.values()]
    areas = write_calls(path, calls)
    results = calc.values(path, ranges=areas)["Results"]
    return {name: shown(results, call, area) for name, call, area in zip(DIFFERS, calls, areas, strict=True)}


@pytest.mark.parametrize("name", DIFFERS)
def test_a_difference_is_the_known_one(cells: dict[str, Any], name: str) -> None:
    call, shows = DIFFERS[name]
    assert cells[name] == shows
    assert expected(call) != shows  # else it is none any more and belongs among the calls that agree
