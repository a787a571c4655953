"""Each action alone, in a fresh process, on the file the one before saved, gives what one combined run gives."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.command import fresh_salesplan, salesplan
from tests.files import rows, table_bytes

if TYPE_CHECKING:
    from tests.small_plan import SmallPlan


def test_actions_apart_give_what_they_give_together(typed: SmallPlan, tmp_path: Path) -> None:
    apart = Path(shutil.copy(typed.plan, tmp_path / "apart.xlsx"))
    source = ("--set", f"source={typed.history}")
    assert salesplan("run", typed.plan, "load_actuals", "disaggregate", "check", *source).code == 0
    for words in (("load_actuals", *source), ("disaggregate",), ("check",)):
        told = fresh_salesplan("run", apart, *words)
        assert told.code == 0, told.error
    assert table_bytes(apart) == table_bytes(typed.plan)
    told_in = ("Number", "Action", "Options", "Tables", "Rows", "Total after", "Checksum before", "Checksum after")
    logs = [[[row[name] for name in told_in] for row in rows(plan, "log")["log"]] for plan in (apart, typed.plan)]
    assert logs[0] == logs[1]
    assert len(logs[0]) == 2  # check changes nothing and leaves no line


def test_the_demo_is_what_its_steps_give_apart(demo_folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsm"
    history, actuals = (demo_folder / f"order_lines_{name}.csv" for name in ("before", "of_the_year"))
    for words in (
        ("new", plan, "--sample"),
        ("run", plan, "load_actuals", "--set", f"source={history}"),
        ("run", plan, "segment", "plan_routes", "disaggregate", "capacity_gate"),
        ("run", plan, "load_actuals", "flag_variances", "--set", f"source={actuals}"),
    ):
        told = fresh_salesplan(*words)
        assert told.code == 0, told.error
    assert table_bytes(plan) == table_bytes(demo_folder / "plan.xlsm")


def test_the_same_again_changes_nothing_and_leaves_no_line_in_the_log(planned: SmallPlan) -> None:
    before, log = table_bytes(planned.plan), rows(planned.plan, "log")
    told = salesplan(
        "run", planned.plan, "load_actuals", "disaggregate", "check", "--set", f"source={planned.actuals}", "--json"
    )
    assert (told.code, told.document["tables"]) == (0, {})
    assert table_bytes(planned.plan) == before
    assert rows(planned.plan, "log") == log
