"""A spread of the sample from the command line: seen before, done, in the sheet and the log, and taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.command import salesplan
from tests.files import rows, table_bytes
from tests.scenarios.test_catch_up_of_the_sample import TOTAL, in_cents

CLOSED = ("--set", "closed_until=2019-09-01")
PATTERN = (
    *("spread", "--set", "territory=Canada", "--set", "method=pattern", "--set", "amount=7000000.01"),
    *("--set", "pattern=4-4-5", "--set", "reason=new season", "--set", "owner=Jae", *CLOSED),
)


def test_a_pattern_of_a_territory_is_previewed_done_and_undone(demo_plan: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copy(demo_plan, tmp_path))
    start = table_bytes(plan)
    previewed = salesplan("run", plan, *PATTERN, "--set", "preview=yes", "--json")
    assert previewed.code == 0, previewed.error
    assert previewed.document["tables"].keys() == {"budget_preview"}
    assert previewed.document["numbers"]["preview"] == "yes"
    told = {(row["Level"], row["Part"]): row for row in rows(plan, "budget_preview")["budget_preview"]}
    warned = [problem["code"] for problem in previewed.document["problems"]]
    assert warned == ["W-BUDGET-TARGET", "W-CAPACITY-QUOTA"]
    assert {**table_bytes(plan), "budget_preview": b"", "problems": b""} == {
        **start,
        "budget_preview": b"",
        "problems": b"",
    }

    done = salesplan("run", plan, *PATTERN, "--json")
    assert done.code == 0, done.error
    assert [problem["code"] for problem in done.document["problems"]] == warned
    before, after = (rows(one, "budget_lines")["budget_lines"] for one in (demo_plan, plan))
    old, new = in_cents(before, "Territory", "Month"), in_cents(after, "Territory", "Month")
    changed = {node for node in new if new[node] != old[node]}
    assert {territory for territory, _ in changed} == {"Canada"}
    months = sorted(month for territory, month in new if territory == "Canada")
    assert {month for _, month in changed} == set(months[3:])  # July to September are over
    assert sum(new["Canada", month] for month in months) == 700_000_001
    left = 700_000_001 - sum(old["Canada", month] for month in months[:3])
    shares = [left * weight / 39 for weight in (4, 4, 5) * 3]
    assert all(abs(new["Canada", month] - share) < 1 for month, share in zip(months[3:], shares, strict=True))
    assert round(told["territory", "Canada"]["After"] * 100) == 700_000_001
    assert round(told["company", "AdventureWorks"]["After"] * 100) == in_cents(after)[()]
    assert in_cents(before)[()] == TOTAL
    assert rows(plan, "budget_preview")["budget_preview"] == []

    (row,), entry = rows(plan, "spreads")["spreads"], rows(plan, "log")["log"][-1]
    assert (row["Method"], row["Pattern"], row["After"]) == ("pattern", "4-4-5", 7_000_000.01)
    assert (row["Done by"], round(entry["Total after"] * 100)) == (entry["Number"], in_cents(after)[()])

    assert salesplan("run", plan, "undo").code == 0
    assert {**table_bytes(plan), "problems": b""} == {**start, "problems": b""}
