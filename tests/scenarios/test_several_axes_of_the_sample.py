"""
What the sample company sold in the year, given beforehand by quarter or month, territory and rep at once.

The pairs of territory and rep of the year before cannot take it; the plan's own, with a prior for those that are new,
take it to the cent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from salesplan_xl.entry.plans import new_book
from salesplan_xl.sample.company import YEAR_START, company
from tests.command import Told, salesplan
from tests.files import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = dict[str, Any]
Cell = tuple[pd.Timestamp, str, str]
LAST_YEAR = pd.Timestamp(YEAR_START) - pd.DateOffset(years=1)
MONTHS = tuple(pd.date_range(YEAR_START, periods=12, freq="MS"))
MANAGER_OF = dict(company().tables["team"][["rep", "manager"]].itertuples(index=False, name=None))


@cache
def sold(*, last_year: bool = False) -> Counter[Cell]:
    """Cents sold in each month of the year by territory and rep, or in the same months of the year before."""
    lines = company().history if last_year else company().actuals
    lines = lines[lines["date"] >= LAST_YEAR]
    months = lines["date"].dt.to_period("M").dt.to_timestamp()
    cents: Counter[Cell] = Counter()
    for month, territory, rep, amount in zip(months, lines["territory"], lines["rep"], lines["amount"], strict=True):
        cents[month + pd.DateOffset(years=1) if last_year else month, territory, rep] += round(amount * 100)
    return cents


def axis(name: str, cell: Cell) -> Iterable[object]:
    """The nodes of an axis that a cell lies below."""
    month, territory, rep = cell
    if name == "rep":
        return {rep, MANAGER_OF[rep]} - {None}
    number = MONTHS.index(month)
    return {"territory": [territory], "month": [f"{month:%Y-%m}"], "quarter": [f"Q{number // 3 + 1}"]}[name]


def by_axis(name: str, cells: Counter[Cell]) -> Counter[object]:
    """Cents of the nodes of an axis; a manager's are those of the whole team."""
    sums: Counter[object] = Counter()
    for cell, cents in cells.items():
        for node in axis(name, cell):
            sums[node] += cents
    return sums


def targets(*axes: str) -> pd.DataFrame:
    """What was sold in the year, as targets for the year and for every node of some axes."""
    column = {"quarter": "period", "month": "period"}
    nodes = [(column.get(name, name), by_axis(name, sold())) for name in axes]
    listed: list[Row] = [{"amount": sum(sold().values()) / 100}]
    listed += [{name: node, "amount": cents / 100} for name, sums in nodes for node, cents in sums.items()]
    frame = pd.DataFrame(listed, columns=["territory", "rep", "period", "amount"])
    for name in ("territory", "rep", "period"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


@dataclass(frozen=True)
class Spread:
    """A plan of the sample company that was spread from the command line, and what that told."""

    plan: Path
    before: bytes
    told: Told

    @property
    def lines(self) -> Counter[Cell]:
        """Cents of the budget lines, as another library reads them."""
        listed = rows(self.plan, "budget_lines")["budget_lines"]
        return Counter(
            {(pd.Timestamp(row["Month"]), row["Territory"], row["Rep"]): round(row["Budget"] * 100) for row in listed}
        )

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """Codes and sentences of the problems."""
        assert self.told.code == 1
        assert self.plan.read_bytes() == self.before
        return [(one["code"], one["found"]) for one in self.told.document["problems"]]


def spread(folder: Path, *options: str, **tables: pd.DataFrame) -> Spread:
    """Make a plan of the sample company with some tables changed, load its history and spread it."""
    changed = replace(company(), tables={**company().tables, **tables})
    plan, history = folder / "plan.xlsm", folder / "history.csv"
    new_book("en", changed, plan.name).save(plan)
    company().history.to_csv(history, index=False)
    assert salesplan("run", plan, "load_actuals", "--set", f"source={history}").code == 0
    before = plan.read_bytes()
    return Spread(plan, before, salesplan("run", plan, "disaggregate", "--json", *options))


def last_years_holders() -> pd.DataFrame:
    """The customers, each with whoever sold to it last before the year."""
    last = company().history.sort_values("date", kind="stable").groupby("customer")["rep"].last()
    customers = company().tables["customers"]
    holders = customers["customer"].map(last).astype(object)
    return customers.assign(rep=holders.where(holders.notna(), None))


def wape(cells: Counter[Cell]) -> float:
    """The sum of the absolute errors of all cells, as a share of what was sold."""
    errors = sum(abs(cells[cell] - sold()[cell]) for cell in {*cells, *sold()})
    return errors / sum(sold().values())


def differences(name: str, cells: Counter[Cell]) -> dict[object, int]:
    """By how many cents the nodes of an axis differ from what was sold."""
    planned, wanted = by_axis(name, cells), by_axis(name, sold())
    return {node: planned[node] - wanted[node] for node in {*planned, *wanted} if planned[node] != wanted[node]}


def test_last_years_pairs_cannot_take_the_year_and_all_that_blocks_is_named(tmp_path: Path) -> None:
    refusals = spread(
        tmp_path, budget_targets=targets("quarter", "territory", "rep"), customers=last_years_holders()
    ).refusals
    assert {code for code, _ in refusals} == {"E-BUDGET"}
    sentences = list(dict.fromkeys(found for _, found in refusals))
    # Australia sold 1,622,860.62, and 286 alone, who is at home there, 1,444,555.18; and so on
    for words in (
        ("Australia = 285 (1622860.62)", "286 (1444555.18)", "178305.44 is missing"),
        ("Germany (2014425.7)", "288 (1817889.84)", "196535.86 is missing"),
        ("France (3215268.6)", "290 (3156545.04)", "58723.56 is missing"),
    ):
        (sentence,) = [one for one in sentences if words[0] in one]
        assert all(word in sentence for word in words)
        assert [found for _, found in refusals].count(sentence) == len(words) - (0 if "=" in words[0] else 1)


def test_territories_and_reps_that_nobody_sold_to_last_year_are_named_with_what_has_no_place(tmp_path: Path) -> None:
    nobody = company().tables["customers"].assign(rep=None)
    homeless = company().tables["team"].assign(home_territory=None)
    given = {"budget_targets": targets("quarter", "territory", "rep"), "customers": nobody, "team": homeless}
    refusals = spread(tmp_path, "--set", "history_months=12", **given).refusals
    assert {code for code, _ in refusals} == {"E-BUDGET-NO-LINES"}
    without_pair = {found.partition("belongs to ")[2] for _, found in refusals}
    assert without_pair == {
        "Australia (1,622,860.62)",
        "Germany (2,014,425.70)",
        "285 (1,622,860.62)",  # with 286
        "286 (1,444,555.18)",
        "288 (1,817,889.84)",
    }


@pytest.mark.parametrize("axes", [("quarter", "territory", "rep"), ("month", "territory", "rep")])
def test_the_plans_own_pairs_take_it_to_the_cent_on_all_axes_at_once(tmp_path: Path, axes: Sequence[str]) -> None:
    done = spread(tmp_path, budget_targets=targets(*axes))
    assert done.told.code == 0, done.told.error
    cells = done.lines
    assert sum(cells.values()) == sum(sold().values()) == 36_568_898_08
    assert not any(differences(name, cells) for name in axes)
    # pairs that are new this year have no history, and say so
    assert done.told.document["numbers"]["pairs_without_history"] == 4
    basis = {(row["Territory"], row["Rep"]): row["Basis"] for row in rows(done.plan, "budget_lines")["budget_lines"]}
    new = {pair for pair, said in basis.items() if said == "peer average"}
    assert new >= {("Australia", "285"), ("Australia", "286"), ("Germany", "288")}
    # the only pair that sold in the year without holding a customer there
    assert {cell[1:] for cell in sold()} - set(basis) == {("Central", "274")}
    assert wape(cells) < 0.45  # 0.412 with quarters, 0.366 with months


def test_with_the_years_total_alone_a_line_is_nearer_to_what_was_sold_than_last_years_share(tmp_path: Path) -> None:
    done = spread(tmp_path, budget_targets=targets())
    assert sum(done.lines.values()) == sum(sold().values())
    before = sold(last_year=True)
    growth = sum(sold().values()) / sum(before.values())
    shares = Counter({cell: round(cents * growth) for cell, cents in before.items()})
    assert wape(shares) == pytest.approx(0.778, abs=0.001)
    assert wape(done.lines) < 0.69  # 0.555 for whoever sold it: the plan knows who looks after each customer now
