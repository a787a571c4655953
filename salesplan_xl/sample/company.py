"""The sample company as a plan needs it: master lists, customers, targets, and order lines before and in the year.

AdventureWorks plans fiscal 2020, July 2019 to June 2020, from the two years before.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files

import pandas as pd

YEAR_START = datetime.date(2019, 7, 1)
_MANAGERS = {"North America": "274", "Europe": "287", "Pacific": "285"}
"""Who manages the reps at home in each region; they have no territory of their own."""
_QUARTERS = ("2019Q3", "2019Q4", "2020Q1", "2020Q2")


@dataclass(frozen=True)
class Company:
    """
    The sample company.

    Parameters
    ----------
    facts : mapping of str to object
        Values of the plan's named cells.
    tables : mapping of str to DataFrame
        Rows of territories, team, sources, customers, segment_rules, segments, visit_policy, capacity
        and budget_targets.
    history : DataFrame
        Order lines before the year, with the columns of Sales.
    actuals : DataFrame
        Order lines of the year.
    """

    facts: Mapping[str, object]
    tables: Mapping[str, pd.DataFrame]
    history: pd.DataFrame
    actuals: pd.DataFrame


def company() -> Company:
    """
    Load the sample company.

    Returns
    -------
    Company
        AdventureWorks, ready to be put into a plan.
    """
    territories = _read("territories").rename(
        columns={"Name": "territory", "CountryRegionCode": "country", "Group": "region"}
    )
    names = territories.set_index("TerritoryID")["territory"]
    reps = _read("reps")
    regions = territories.set_index("TerritoryID")["region"]
    team = pd.DataFrame(
        {
            "rep": reps["RepID"].astype(str),
            "home_territory": reps["TerritoryID"].map(names),
            "manager": reps["TerritoryID"].map(regions).map(_MANAGERS),
        }
    )
    resellers = _read("resellers")
    orders = _orders(resellers, names)
    before = orders["date"] < pd.Timestamp(YEAR_START)
    quotas = _read("rep_quarter_quota")
    target = float(quotas.loc[quotas["Quarter"].isin(_QUARTERS), "SalesQuota"].sum())
    tables = {
        "territories": territories[["territory", "country", "region"]],
        "team": team.sort_values("rep"),
        "sources": pd.DataFrame(
            {
                "source": ["Reseller register"],
                "source_class": ["internal"],
                "owner": ["Sales office"],
                "collected_on": pd.to_datetime([YEAR_START]).astype("datetime64[s]"),
            }
        ),
        "customers": _customers(resellers, names, orders, before),
        "segment_rules": _segment_rules(),
        "segments": _segment_plans(),
        "visit_policy": _visit_policy(),
        "capacity": _capacity(),
        "budget_targets": pd.DataFrame(
            {
                "amount": [target],
                "mechanism": ["top_down"],
                "author": ["Management"],
                "note": ["Sum of the reps' quotas"],
            }
        ),
    }
    facts = {"plan_company": "AdventureWorks", "plan_currency": "USD", "plan_start": YEAR_START}
    return Company(facts, {name: _blanks(frame) for name, frame in tables.items()}, orders[before], orders[~before])


def _read(name: str, suffix: str = "csv") -> pd.DataFrame:
    with as_file(files("salesplan_xl.sample") / "data" / f"{name}.{suffix}") as path:
        return pd.read_csv(path, encoding="utf-8")


def _orders(resellers: pd.DataFrame, territories: pd.Series) -> pd.DataFrame:
    """Order lines with the columns of Sales."""
    lines = _read("order_lines", "csv.gz")
    accounts = resellers.set_index("ResellerKey")["AccountNumber"]
    products = _read("products").set_index("ProductKey")["Product"]
    return pd.DataFrame(
        {
            "order": lines["SalesOrderNumber"],
            "line": (lines.groupby("SalesOrderNumber").cumcount() + 1).astype(str),
            "date": pd.to_datetime(lines["OrderDate"]),
            "customer": lines["ResellerKey"].map(accounts),
            "product": lines["ProductKey"].map(products),  # a product has a new key each model year
            "territory": lines["SalesTerritoryKey"].map(territories),
            "rep": lines["RepID"].astype(str),
            "quantity": lines["OrderQuantity"],
            "unit_price": lines["UnitPrice"],
            "amount": lines["SalesAmount"].round(2),
            "cost": lines["TotalProductCost"].round(2),
        }
    )


def _customers(
    resellers: pd.DataFrame, territories: pd.Series, orders: pd.DataFrame, before: pd.Series
) -> pd.DataFrame:
    """The resellers, with who looks after them when the year begins and how the link stands."""
    ordered = orders.sort_values(["date", "order", "line"], kind="stable")
    in_year = ordered[~before.loc[ordered.index]].groupby("customer")["rep"].first()
    past = ordered[before.loc[ordered.index]].groupby("customer")
    last_rep, first, last = past["rep"].last(), past["date"].min(), past["date"].max()
    account = resellers["AccountNumber"]
    last_order = account.map(last)
    link = pd.Series("active", index=resellers.index)
    link[last_order < pd.Timestamp(YEAR_START) - pd.DateOffset(years=1)] = "dormant"
    link[last_order.isna()] = "prospect"
    located = (resellers["lat"] != 0) | (resellers["lon"] != 0)
    return pd.DataFrame(
        {
            "customer": account,
            "name": resellers["ResellerName"],
            "person_type": "legal",
            "sector": resellers["BusinessType"],
            "link": link,
            "since": account.map(first),
            "city": resellers["City"],
            "postal_code": resellers["PostalCode"].astype(str),
            "latitude": resellers["lat"].where(located),
            "longitude": resellers["lon"].where(located),
            "territory": resellers["TerritoryID"].map(territories),
            "rep": account.map(in_year).fillna(account.map(last_rep)),
            "source": "Reseller register",
        }
    )


def _segment_rules() -> pd.DataFrame:
    """Who belongs to which segment, in the order the rules are tried in."""
    rows = [
        (10, "Key accounts", "abc", "equal", "A"),
        (10, "Key accounts", "recency_days", "at_most", "180"),
        (20, "Win back", "abc", "one_of", "A; B"),
        (20, "Win back", "recency_days", "more", "180"),
        (30, "New and growing", "since", "at_least", "2018-07-01"),
        (30, "New and growing", "recency_days", "at_most", "120"),
        (30, "New and growing", "value_score", "at_least", "3"),
        (40, "Steady", "recency_days", "at_most", "180"),
        (40, "Steady", "value_score", "at_least", "2"),
        (50, "Small", "recency_days", "at_most", "180"),
        (60, "Dormant", "recency_days", "more", "180"),
        (70, "Large prospects", "orders", "equal", "0"),
        (70, "Large prospects", "sector", "one_of", "Warehouse; Value Added Reseller"),
        (80, "Shops to win", "orders", "equal", "0"),
    ]
    return pd.DataFrame(rows, columns=["rule", "segment", "column", "operator", "value"]).astype({"rule": float})


def _segment_plans() -> pd.DataFrame:
    """What is expected of each segment, and what is best done about it."""
    rows = [
        ("Key accounts", "Keep the share of wallet", "Visit often; agree the year's volume in advance"),
        ("Win back", "One in ten returns", "Ask once why they left; then leave it"),
        ("New and growing", "Become key accounts in a year", "Show the whole range; second visit within a month"),
        ("Steady", "Order as last year", "Plan visits with the season; offer the next model early"),
        ("Small", "Order by telephone", "Telephone each quarter; visit on the way only"),
        ("Dormant", "One in three returns", "Mail the catalogue; telephone once"),
        ("Large prospects", "First order in half of them", "Appointments first here: they buy like key accounts"),
        ("Shops to win", "First order, small", "Teaser and mail; appointment when they answer"),
    ]
    return pd.DataFrame(rows, columns=["segment", "expectation", "best_action"])


def _visit_policy() -> pd.DataFrame:
    """How often each segment is visited in twelve weeks, and how long; no visits where the telephone does."""
    rows = [
        ("Key accounts", 3, 60),
        ("New and growing", 2, 45),
        ("Steady", 1, 45),
        ("Large prospects", 0, 45),  # telesales makes their appointments
        ("Small", 0, 30),
        ("Dormant", 0, 30),
        ("Win back", 0, 30),
        ("Shops to win", 0, 30),
    ]
    return pd.DataFrame(rows, columns=["segment", "visits", "minutes"]).astype({"visits": float, "minutes": float})


def _capacity() -> pd.DataFrame:
    """What can be made and shipped; made up, as AdventureWorks says nothing of it."""
    november = "2019-11"
    rows = [
        (None, None, None, 50_000_000, None, "Operations", "All that can be shipped in a year"),
        (None, None, november, 5_000_000, None, "Logistics", "Shipping before the year's end"),
        (None, "Pacific", "H1", 1_600_000, None, "Importer", "Warehouse of the importer"),
        ("Mountain-200 Black, 38", None, None, None, 2_000, "Production", "Frames ordered for the year"),
        ("Mountain-200 Silver, 42", None, None, None, 1_300, "Production", "Frames ordered for the year"),
        ("Road-250 Red, 44", None, "Q2", 450_000, 400, "Production", "One line in the autumn"),
    ]
    names = ["product", "territory", "period", "amount", "quantity", "owner", "note"]
    return pd.DataFrame(rows, columns=names).astype({"amount": float, "quantity": float})


def _blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts that are missing become blanks."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    frame = frame.copy()
    for name in texts:
        if not pd.api.types.is_datetime64_any_dtype(frame[name]):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame.reset_index(drop=True)
