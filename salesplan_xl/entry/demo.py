"""The demo: the sample company's year, from an empty plan to a budget with its actuals."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.perform import perform
from salesplan_xl.entry.plans import context, new_book, recalculate
from salesplan_xl.entry.report import Report
from salesplan_xl.sample.company import company
from salesplan_xl.workbook.problems import RefusalError, problem


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
    plan = folder / "plan.xlsx"
    earlier = _put_aside(plan)
    if earlier:
        report.lines.append(f"The plan that was there is now {earlier}.")
    book = new_book("en", sample, plan.name)
    outside = context(progress)
    loaded = perform(book, ACTIONS["load_actuals"], {"source": str(history)}, outside)
    budget = perform(book, ACTIONS["disaggregate"], {}, outside)
    year = perform(book, ACTIONS["load_actuals"], {"source": str(actuals)}, outside)
    progress("calculating")
    recalculate(book)
    progress("saving")
    book.save(plan)
    report.files += [str(plan), str(history), str(actuals)]
    target, actual = float(budget.numbers["total"]), float(year.numbers["amount_read"])
    report.numbers |= {
        "history_lines": loaded.numbers["lines_added"],
        "budget": target,
        "budget_lines": budget.numbers["lines"],
        "actual": actual,
        "actual_lines": year.numbers["lines_added"],
        "attainment": round(actual / target, 4),
    }
    report.lines += [
        f"Made {plan}: the plan of AdventureWorks for July 2019 to June 2020.",
        f"  history   {loaded.numbers['lines_added']:>12,} order lines of the two years before",
        f"  budget    {target:>12,.2f} over {budget.numbers['lines']} lines (month, territory, rep), exact to the cent",
        f"  actual    {actual:>12,.2f} from {year.numbers['lines_added']:,} order lines, {actual / target:.1%} of it",
        f"Open {plan} in Excel or LibreOffice: start on Home, then 8 Budget.",
        f"Then type another target on 8 Budget, save, and run: salesplan-xl run {plan} disaggregate",
    ]
