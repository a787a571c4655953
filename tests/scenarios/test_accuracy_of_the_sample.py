"""How near the sample's budget comes to what was sold, when only the total of the year is known beforehand.

WAPE is the sum of the absolute errors of every month, territory and rep over the sales of the year; lower is better.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from salesplan_xl.actions.perform import fill
from salesplan_xl.sample.company import Company, company
from tests.actions.setting import run
from tests.memory_book import MemoryBook

CELL = ["month", "territory", "rep"]


@dataclass(frozen=True)
class Sample:
    """The sample company, what it sold in the year, and in the year before."""

    company: Company
    sold: pd.Series
    last_year: pd.Series

    @property
    def customers_of_history(self) -> pd.DataFrame:
        """The customers with whoever sold to them last before the year began, and nobody who took over in it."""
        lines = self.company.history.sort_values(["date", "order", "line"], kind="stable")
        customers = self.company.tables["customers"]
        last = customers["customer"].map(lines.groupby("customer")["rep"].last())
        return customers.assign(rep=last.astype(object).where(last.notna(), None))

    def wape(self, customers: pd.DataFrame, **options: str) -> float:
        """Spread the sales of the year by the plan's weights and compare."""
        book = MemoryBook()
        total = pd.DataFrame({"amount": [round(self.sold.sum(), 2)]})
        tables = {**self.company.tables, "customers": customers, "sales": self.company.history, "budget_targets": total}
        fill(book, tables, self.company.facts)
        run(book, "disaggregate", None, **options)
        lines = book.frame("budget_lines")
        lines["month"] = lines["month"].astype("datetime64[s]")
        return self.error(lines.groupby(CELL)["budget"].sum())

    def error(self, planned: pd.Series) -> float:
        """WAPE of an amount for each cell."""
        return float(planned.sub(self.sold, fill_value=0).abs().sum() / self.sold.sum())


def by_cell(lines: pd.DataFrame, years_later: int = 0) -> pd.Series:
    """Sales by month, territory and rep, the month so many years later."""
    month = (
        (lines["date"] + pd.DateOffset(years=years_later)).to_numpy().astype("datetime64[M]").astype("datetime64[s]")
    )
    return lines.assign(month=month).groupby(CELL)["amount"].sum()


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Fiscal 2020 is planned; fiscal 2019 is the year before."""
    made = company()
    before = made.history[made.history["date"] >= "2018-07-01"]
    return Sample(made, by_cell(made.actuals), by_cell(before, 1))


def test_last_years_shares_miss_by_more_than_three_quarters(sample: Sample) -> None:
    shares = sample.last_year / sample.last_year.sum()
    assert sample.error(shares * sample.sold.sum()) == pytest.approx(0.778, abs=0.0005)


def test_the_plans_own_weights_miss_by_little_more_than_half(sample: Sample) -> None:
    wape = sample.wape(sample.company.tables["customers"])
    assert wape == pytest.approx(0.555, abs=0.0005)
    assert wape <= 0.69


def test_they_do_so_without_knowing_who_takes_over_which_customer_in_the_year(sample: Sample) -> None:
    wape = sample.wape(sample.customers_of_history)
    assert wape == pytest.approx(0.524, abs=0.0005)
    assert wape <= 0.69


def test_drawn_to_the_season_one_year_and_whoever_sold_then_are_enough(sample: Sample) -> None:
    nobody = sample.company.tables["customers"].assign(rep=None)
    drawn = sample.wape(nobody, history_months="12")
    own_months_alone = sample.wape(nobody, history_months="12", season_weight="0")
    assert [drawn, own_months_alone] == pytest.approx([0.665, 0.733], abs=0.0005)


@pytest.fixture(scope="module")
def default(sample: Sample) -> float:
    """What the plan's own weights miss."""
    return sample.wape(sample.customers_of_history)


@pytest.mark.parametrize(
    "options",
    [
        {"weigh_by": "last_year"},
        {"weigh_by": "customers"},
        {"weigh_by": "equal"},
        {"peer_weight": "25%"},
        {"history_months": "12"},
        {"season_weight": "0"},
        {"season_weight": "1"},
        {"months_by": "working_days"},
        {"months_by": "pattern"},
        {"months_by": "equal"},
    ],
    ids=str,
)
def test_no_other_weights_that_the_sample_has_come_nearer(
    sample: Sample, default: float, options: dict[str, str]
) -> None:
    assert sample.wape(sample.customers_of_history, **options) > default
