"""The sample company: the totals that everybody who works with it knows."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from salesplan_xl.core.money import to_units
from salesplan_xl.sample.company import YEAR_START, Company, company
from salesplan_xl.workbook.schema import Kind, Role
from salesplan_xl.workbook.sheets import TABLES, plan_cells


@pytest.fixture(scope="module")
def sample() -> Company:
    """AdventureWorks."""
    return company()


@pytest.fixture(scope="module")
def orders(sample: Company) -> pd.DataFrame:
    """Every order line, before the year and in it."""
    return pd.concat([sample.history, sample.actuals], ignore_index=True)


def cents(amounts: pd.Series) -> int:
    """Their exact sum in cents."""
    return int(to_units(amounts.to_numpy(), 0.01).sum())


def test_there_are_60855_order_lines_of_which_30726_are_in_the_year(sample: Company) -> None:
    assert [len(sample.history), len(sample.actuals)] == [30_129, 30_726]


def test_they_amount_to_80977720_21_of_which_36568898_08_is_in_the_year(sample: Company, orders: pd.DataFrame) -> None:
    assert cents(orders["amount"]) == 80_977_720_21
    assert cents(sample.actuals["amount"]) == 36_568_898_08


def test_the_target_is_the_sum_of_the_quotas_of_four_quarters(sample: Company) -> None:
    assert sample.tables["budget_targets"]["amount"].tolist() == [43_240_000.0]


@pytest.mark.parametrize(("table", "count"), [("customers", 701), ("team", 17), ("territories", 10), ("sources", 1)])
def test_the_lists_have_their_length(sample: Company, table: str, count: int) -> None:
    assert len(sample.tables[table]) == count


def test_the_managers_of_the_three_regions_are_members_of_the_team(sample: Company) -> None:
    team = sample.tables["team"].set_index("rep")
    managed = team["manager"].value_counts().to_dict()
    assert managed == {"274": 10, "287": 3, "285": 1}
    assert team.loc[["274", "285", "287"], "manager"].isna().all()
    assert team.loc[["281", "290", "286"], "manager"].tolist() == ["274", "287", "285"]


def test_the_year_starts_where_the_history_ends(sample: Company) -> None:
    assert sample.facts["plan_start"] == YEAR_START == datetime.date(2019, 7, 1)
    assert sample.history["date"].min().date() == datetime.date(2017, 7, 1)
    assert sample.history["date"].max().date() < YEAR_START
    assert sample.actuals["date"].min().date() >= YEAR_START
    assert sample.actuals["date"].max().date() <= datetime.date(2020, 6, 30)


@pytest.mark.parametrize(
    ("column", "master"),
    [("customer", "customers.customer"), ("territory", "territories.territory"), ("rep", "team.rep")],
)
def test_every_order_line_names_what_stands_in_its_list(
    sample: Company, orders: pd.DataFrame, column: str, master: str
) -> None:
    table, _, target = master.partition(".")
    assert set(orders[column]) - set(sample.tables[table][target]) == set()


def test_every_column_that_refers_to_a_list_names_what_stands_in_it(sample: Company) -> None:
    for table, frame in sample.tables.items():
        for column in TABLES[table].columns:
            if column.refers and column.id in frame:
                master, _, target = column.refers.partition(".")
                assert set(frame[column.id].dropna()) - set(sample.tables[master][target]) == set()


def test_every_customer_with_a_rep_has_a_territory(sample: Company) -> None:
    customers = sample.tables["customers"]
    assigned = customers[customers["rep"].notna()]
    assert assigned["territory"].notna().all()
    assert len(assigned) == 635


def test_who_ordered_has_a_rep_and_who_never_did_before_the_year_is_a_prospect(
    sample: Company, orders: pd.DataFrame
) -> None:
    customers = sample.tables["customers"].set_index("customer")
    assert customers.loc[sorted(set(orders["customer"])), "rep"].notna().all()
    assert set(customers.index[customers["link"] != "prospect"]) == set(sample.history["customer"])


def test_an_order_line_has_a_number_of_its_own(orders: pd.DataFrame) -> None:
    assert not orders.duplicated(["order", "line"]).any()


def test_the_tables_are_as_the_plan_declares_them(sample: Company, orders: pd.DataFrame) -> None:
    for table, frame in {**sample.tables, "sales": orders}.items():
        declared = {column.id: column for column in TABLES[table].columns}
        assert set(frame.columns) <= set(declared)
        for name, values in frame.items():
            column = declared[str(name)]
            assert column.role is not Role.FORMULA
            if column.kind is Kind.AMOUNT:
                cents(values.dropna())
            if column.required:
                assert values.notna().all()
        keys = [column.id for column in TABLES[table].key]
        assert not keys or not frame.duplicated(keys).any()


def test_the_facts_are_named_cells_of_the_plan(sample: Company) -> None:
    assert set(sample.facts) <= {cell.name for cell in plan_cells()}


def test_loading_it_twice_gives_the_same(sample: Company) -> None:
    again = company()
    pd.testing.assert_frame_equal(again.actuals, sample.actuals)
    for table, frame in sample.tables.items():
        pd.testing.assert_frame_equal(again.tables[table], frame)


def test_thirty_resellers_have_no_coordinates_rather_than_a_place_in_the_sea() -> None:
    customers = company().tables["customers"]
    located = customers[["latitude", "longitude"]].notna()
    assert (located["latitude"] == located["longitude"]).all()
    assert int((~located["latitude"]).sum()) == 30
