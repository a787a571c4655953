"""The demo: the sample company's year, from an empty plan to a budget with its actuals."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.perform import perform
from salesplan_xl.entry.plans import context, know_python, new_book, recalculate
from salesplan_xl.entry.report import Report
from salesplan_xl.sample.company import company
from salesplan_xl.workbook.problems import RefusalError, problem

CHAIN = {
    "history": "load_actuals",
    "segments": "segment",
    "routes": "plan_routes",
    "budget": "disaggregate",
    "gate": "capacity_gate",
    "year": "load_actuals",
    "flags": "flag_variances",
}
"""What the demo does, in order: the actions by what each is for."""


def _put_aside(plan: Path) -> Path | None:
    """Rename a plan that is there already, so that nobody's edits are lost; gives its new name."""
    if not plan.exists():
        return None
    free = next(
        name
        for name in (plan.with_name(f"{plan.stem}_earlier_{number}{plan.suffix}") for number in itertools.count(1))
        if not name.exists()
    )
    return plan.rename(free)


def make_demo(folder: Path, report: Report, progress: Callable[[str], None]) -> None:
    """
    Write the demo plan and the files it was loaded from.

    Parameters
    ----------
    folder : Path
        Folder to write to; made if it is not there. A plan of an earlier demo is kept under another name.
    report : Report
        Told what was done.
    progress : callable
        Told in words what is being done.

    Raises
    ------
    RefusalError
        If the folder cannot be made or written to.
    """
    progress("sample company")
    sample = company()
    history, actuals = folder / "order_lines_before.csv", folder / "order_lines_of_the_year.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sample.history.to_csv(history, index=False, lineterminator="\n")
        sample.actuals.to_csv(actuals, index=False, lineterminator="\n")
    except OSError as error:
        raise RefusalError([problem("E-FILE-WRITE", file=folder.name, reason=error.strerror)]) from error
    plan = folder / "plan.xlsm"
    earlier = _put_aside(plan)
    if earlier:
        report.lines.append(f"The plan that was there is now {earlier}.")
    book = new_book("en", sample, plan.name)
    know_python(book)
    outside = context(progress)
    sources = {"history": str(history), "year": str(actuals)}
    done = {
        name: perform(book, ACTIONS[action], {"source": sources[name]} if name in sources else {}, outside)
        for name, action in CHAIN.items()
    }
    progress("calculating")
    recalculate(book)
    progress("saving")
    book.save(plan)
    report.files += [str(plan), str(history), str(actuals)]
    report.problems += list(dict.fromkeys(one for outcome in done.values() for one in outcome.problems))
    target, actual = float(done["budget"].numbers["total"]), float(done["year"].numbers["amount_read"])
    report.numbers |= {
        "history_lines": done["history"].numbers["lines_added"],
        "budget": target,
        "budget_lines": done["budget"].numbers["lines"],
        "actual": actual,
        "actual_lines": done["year"].numbers["lines_added"],
        "attainment": round(actual / target, 4),
    }
    for name in ("segments", "routes", "gate", "flags"):
        report.numbers |= {f"{CHAIN[name]}.{key}": value for key, value in done[name].numbers.items()}
    report.lines += [f"Made {plan}: the plan of AdventureWorks for July 2019 to June 2020.", *_told(report.numbers)]
    report.lines += [
        "What is noted above is what the sample company's data lack and what its budget asks too much of; nothing "
        "stands in the way.",
        f"Open {plan} in Excel or LibreOffice: start on Home, then go through the steps.",
        f"Then type another target on 8 Budget, save, and run: salesplan-xl run {plan} disaggregate",
    ]


def _told(numbers: Mapping[str, Any]) -> list[str]:
    """What was done, a line each, in words for a person."""
    return [
        f"  history    {numbers['history_lines']:>13,} order lines of the two years before",
        f"  segments   {numbers['segment.customers']:>13,} customers in {numbers['segment.segments']} segments",
        f"  routes     {numbers['plan_routes.visits_routed']:>13,} of {numbers['plan_routes.visits_planned']:,} "
        f"visits, on {numbers['plan_routes.days']} days with {numbers['plan_routes.nights']} nights away",
        f"  budget     {numbers['budget']:>13,.2f} over {numbers['budget_lines']} lines (month, territory, rep), "
        "exact to the cent",
        f"  capacity   {numbers['capacity_gate.reps_over']:>13,} of {numbers['capacity_gate.reps']} reps with a quota "
        f"that their minutes cannot carry, {numbers['capacity_gate.capacities_over']} of "
        f"{numbers['capacity_gate.capacities']} capacities exceeded",
        f"  actual     {numbers['actual']:>13,.2f} from {numbers['actual_lines']:,} order lines, "
        f"{numbers['attainment']:.1%} of it",
        f"  flags      {numbers['flag_variances.act']:>13,} to act on, {numbers['flag_variances.watch']} to watch, "
        f"of {numbers['flag_variances.judged']} judged",
    ]
