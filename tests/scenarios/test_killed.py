"""A run that is killed at any moment leaves the old or the new file whole, and nothing in the way of the next run."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from salesplan_xl.entry.plans import find_actions, run
from tests.command import salesplan
from tests.files import parts, rows, table_bytes
from tests.typing_rows import type_rows

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from tests.small_plan import SmallPlan

if sys.platform == "win32":
    pytest.skip("wants a run that splits in two: Linux or macOS", allow_module_level=True)

KILLS, OF_THE_SAVE = 24, 80
"""How often each stage of a run is killed, and how often the last one: 200 times in all."""

BEYOND = 2.5
"""Kills of the save come until so many times its length, so that on a slow day too some find it done."""

PRELOADED = ["pytest", "salesplan_xl.entry.demo", "salesplan_xl.entry.cli", "formualizer", "holidays", "scipy.optimize"]
"""What a run imports: importing is over before the clock starts."""

HELD = {"territory": "North", "rep": "Ana", "period": "2026-03", "amount": 432.1, "owner": "Ana", "reason": "signed"}


@dataclass
class Killer:
    """
    Splits a run in two when a stage begins: one half goes on and is killed, the other looks at the file and begins the
    stage again, until all the kills of the stage are done.
    """

    plan: Path
    moments: dict[str, list[float]]
    found: list[tuple[str, bytes]] = field(default_factory=list)

    def tell(self, stage: str) -> None:
        """Kill as many halves in this stage as there are moments for it; a half that goes on is not split again."""
        old = self.plan.read_bytes()
        for moment in self.moments.get(stage, []):
            half = os.fork()
            if half == 0:
                self.moments = {}
                return
            time.sleep(moment)
            os.kill(half, signal.SIGKILL)
            os.waitpid(half, 0)
            self.found.append((stage, self.plan.read_bytes()))
            self.plan.write_bytes(old)


def timed(plan: Path, answer: Connection) -> None:
    """Run to the end, and answer the stages and how long each took."""
    told = [("opening", time.monotonic())]
    run(plan, find_actions(["disaggregate"]), {}, lambda stage: told.append((stage, time.monotonic())))
    ends = [begun for _, begun in told[1:]] + [time.monotonic()]
    answer.send({stage: end - begun for (stage, begun), end in zip(told, ends, strict=True)})


def killed(plan: Path, answer: Connection, moments: dict[str, list[float]]) -> None:
    """Run to the end, killed at many moments on the way, and answer the file as each kill left it."""
    killer = Killer(plan, moments)
    killer.tell("opening")
    run(plan, find_actions(["disaggregate"]), {}, killer.tell)
    if killer.moments:  # it is not one of the halves
        answer.send(killer.found)


def answered(work: Any, *arguments: Any) -> Any:
    """What a process of its own answers, in which everything is imported and nothing has been done yet."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    heard, answer = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(arguments[0], answer, *arguments[1:]))
    process.start()
    answer.close()
    told = heard.recv()
    process.join()
    return told


def drawn(lengths: dict[str, float]) -> dict[str, list[float]]:
    """The moments of the kills of each stage, in seconds after it began: all over it, the same shares every time."""
    chance = random.Random(20260101)  # noqa: S311 - nothing secret about the moment
    stages = {stage: (KILLS, length) for stage, length in lengths.items()}
    stages["saving"] = (OF_THE_SAVE, BEYOND * lengths["saving"])
    return {
        stage: [(number + chance.random()) / kills * length for number in range(kills)]
        for stage, (kills, length) in stages.items()
    }


def operations(plan: Path) -> list[str]:
    """The actions in the log."""
    return [row["Action"] for row in rows(plan, "log")["log"]]


def test_a_run_killed_at_any_of_200_moments_leaves_the_old_or_the_new_file_whole(planned: SmallPlan) -> None:
    plan = planned.plan
    targets = [{"territory": "North", "amount": 7_000.01}, {"period": "Q2", "amount": 3_333.33, "at": "at_least"}]
    type_rows(plan, {"budget_targets": targets, "budget_holds": [HELD]})
    old, done = plan.read_bytes(), operations(plan)
    for _ in range(2):  # the first one waits for the imports
        plan.write_bytes(old)
        lengths = answered(timed, plan)
    new = table_bytes(plan)
    assert operations(plan) == [*done, "disaggregate"]

    plan.write_bytes(old)
    found = answered(killed, plan, drawn(lengths))
    assert len(found) == 200
    assert table_bytes(plan) == new  # the half that no kill came to went to its end
    left = Counter((stage, content == old) for stage, content in found)
    assert left["saving", True], left
    assert left["saving", False], left
    for content in {content for _, content in found} - {old}:
        plan.write_bytes(content)
        assert parts(plan)
        assert table_bytes(plan) == new
        assert operations(plan) == [*done, "disaggregate"]

    # what a kill left lying beside the plan does not hinder the next run
    plan.write_bytes(old)
    assert salesplan("run", plan, "disaggregate").code == 0
    assert table_bytes(plan) == new
