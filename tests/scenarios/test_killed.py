"""A run that is killed at any moment leaves the old or the new file whole, and nothing in the way of the next run."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from salesplan_xl.entry.plans import find_actions, run
from tests.command import salesplan
from tests.files import rows, table_bytes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from tests.small_plan import SmallPlan

if sys.platform == "win32":
    pytest.skip("wants processes that begin with everything imported: Linux or macOS", allow_module_level=True)

ROUNDS = 40
"""Every other kill comes at a random moment of the whole run, the others at a random moment of its save."""

SAVE_SECONDS = 0.06
"""About twice the time the save of so small a plan takes."""

PRELOADED = ["pytest", "salesplan_xl.entry.demo", "salesplan_xl.entry.cli", "formualizer", "holidays", "scipy.optimize"]
"""What a run imports: importing is over before the clock starts."""

ACTIONS = ["load_actuals", "disaggregate"]


def started(plan: Path, source: Path) -> tuple[BaseProcess, Connection]:
    """Start the run that is killed, in a process of its own, and hear its progress: two actions, one save."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    heard, said = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(plan, find_actions(ACTIONS), {"source": str(source)}, said.send))
    process.start()
    said.close()
    return process, heard


def wait_for_the_save(heard: Connection) -> None:
    """Wait until the run says that it saves, or ends."""
    with contextlib.suppress(EOFError):
        while heard.recv() != "saving":
            pass


def test_a_killed_run_leaves_the_old_or_the_new_file_whole(typed: SmallPlan, tmp_path: Path) -> None:
    old, folder = typed.plan.read_bytes(), tmp_path / "killed"
    folder.mkdir()
    plan = folder / "plan.xlsx"
    for _ in range(2):  # the first one waits for the imports
        plan.write_bytes(old)
        begun = time.monotonic()
        process, heard = started(plan, typed.history)
        wait_for_the_save(heard)
        process.join()
        length = time.monotonic() - begun
    new = table_bytes(plan)
    assert plan.read_bytes() != old

    moments, left = random.Random(20260101), Counter[str]()  # noqa: S311 - the same moments every time
    for number in range(ROUNDS):
        plan.write_bytes(old)
        process, heard = started(plan, typed.history)
        if number % 2:
            wait_for_the_save(heard)
            time.sleep(moments.random() * SAVE_SECONDS)
        else:
            time.sleep((number + 2 * moments.random()) / ROUNDS * length)
        process.kill()
        process.join()
        heard.close()
        if plan.read_bytes() == old:
            left["old"] += 1
            continue
        left["new"] += 1
        assert table_bytes(plan) == new
        assert [row["Action"] for row in rows(plan, "log")["log"]] == ACTIONS
        openpyxl.load_workbook(plan)
    assert left["old"] >= ROUNDS // 8, left  # those of the first quarter of the run

    # what a kill left lying beside the plan does not hinder the next run
    plan.write_bytes(old)
    assert salesplan("run", plan, *ACTIONS, "--set", f"source={typed.history}").code == 0
    assert table_bytes(plan) == new
