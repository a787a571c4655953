"""Flag variances: what deviates from what all attain together, and why, to the cent."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions.perform import Outcome
from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row

MINUS = "\N{MINUS SIGN}"
ANA, BEN = ("C1", "North", "Ana"), ("C2", "South", "Ben")


def line(
    number: object, date: datetime.date, who: Sequence[str], product: object, pieces: object, amount: object
) -> Row:
    """An order line with its product and quantity."""
    return {**sale(number, "1", date, who[0], who[1], who[2], amount), "product": product, "quantity": pieces}


def budget(month: int, territory: str, rep: str, amount: float) -> Row:
    """A budget line of 2026."""
    return {"month": DAY(2026, month, 1), "territory": territory, "rep": rep, "budget": amount}


def january(**tables: Sequence[Row]) -> MemoryBook:
    """
    January of 2026: Ana has a budget of 100 and sells 50, Ben of 300 and sells 310.

    A year before, Ana sold 10 A at 6 and 10 B at 4. Now it is 5 A at 7 and 3 C at 5.
    """
    given: dict[str, Sequence[Row]] = {
        "budget_lines": [budget(1, "North", "Ana", 100), budget(1, "South", "Ben", 300)],
        "sales": [
            line("1", DAY(2025, 1, 10), ANA, "A", 10, 60),
            line("2", DAY(2025, 1, 10), ANA, "B", 10, 40),
            line("3", DAY(2025, 1, 10), BEN, "A", 50, 300),
            line("4", DAY(2026, 1, 10), ANA, "A", 5, 35),
            line("5", DAY(2026, 1, 12), ANA, "C", 3, 15),
            line("6", DAY(2026, 1, 31), BEN, "A", 50, 310),
        ],
    }
    return small_plan(**{**given, **tables})


def judge(book: MemoryBook, **options: str) -> Outcome:
    """Flag the variances by month."""
    return run(book, "flag_variances", None, **{"period": "month", **options})


def table(book: MemoryBook, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a table, row by row; blanks are None."""
    return list(zip(*(book.column(name, column) for column in columns), strict=True))


def of(book: MemoryBook, **where: object) -> dict[str, Any]:
    """The one row of the variances that this describes."""
    names = [str(column) for column in book.frame("variances") if column != "row_id"]
    rows = [dict(zip(names, row, strict=True)) for row in table(book, "variances", *names)]
    (found,) = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return found


# What is flagged


def test_the_companys_gap_stands_apart_and_flags_name_what_deviates_from_it() -> None:
    book = january()
    outcome = judge(book)
    # The company sells 360 of 400, nine tenths: of Ana 90 is expected, of Ben 270. She is 40 below (44 %), he 40
    # above (15 %, short of the threshold but beyond half of it).
    names = ("period", "level", "territory", "rep", "expected", "deviation", "deviation_share", "flag")
    company, *nodes = table(book, "variances", *names)[:5]
    assert company == ("2026-01", "company", None, None, 400.0, -40.0, -0.1, None)
    assert nodes == [
        ("2026-01", "territory", "North", None, 90.0, -40.0, -0.444444, "act"),
        ("2026-01", "territory", "South", None, 270.0, 40.0, 0.148148, "watch"),
        ("2026-01", "rep", None, "Ana", 90.0, -40.0, -0.444444, "act"),
        ("2026-01", "rep", None, "Ben", 270.0, 40.0, 0.148148, "watch"),
    ]
    # one month and the year to date, two territories, reps and pairs each; the pairs repeat what their reps say
    assert (outcome.numbers["judged"], outcome.numbers["rows"]) == (12, 10)
    assert (outcome.numbers["act"], outcome.numbers["watch"], outcome.numbers["company_gap"]) == (4, 4, -40.0)


def test_everything_is_listed_on_demand() -> None:
    book = january()
    judge(book, list_all="yes", min_share="0.9")
    assert len(book.frame("variances")) == 2 * (1 + 2 + 2 + 2)
    assert set(book.column("variances", "flag")) == {None, "ok"}
    assert book.column("variances", "reason")[1] is None  # nothing is said of what is ok


@pytest.mark.parametrize(
    ("options", "flags"),
    [
        pytest.param({"min_company_share": "0.11"}, ["watch", "watch"], id="44-of-400-is-more-than-40"),
        pytest.param({"min_amount": "81"}, [], id="half-of-81-is-more-than-40"),
        pytest.param({"min_amount": "81", "mode": "or"}, ["act", "watch"], id="the-share-alone"),
        pytest.param({"min_share": "0.4"}, ["act"], id="half-of-40-percent-is-more-than-15"),
    ],
)
def test_thresholds_are_met_together_or_one_by_one(options: dict[str, str], flags: list[str]) -> None:
    book = january()
    judge(book, **options)
    rows = table(book, "variances", "period", "level", "flag")
    assert [flag for period, level, flag in rows if (period, level) == ("2026-01", "rep")] == flags


def test_a_quarter_is_judged_when_it_is_over() -> None:
    sales = [line(f"{month}", DAY(2026, month, 5), ANA, "A", 1, 10) for month in (1, 2, 3, 4)]
    lines = [budget(month, "North", "Ana", 10) for month in range(1, 13)]
    book = small_plan(sales=sales, budget_lines=lines)
    run(book, "flag_variances")
    rows = table(book, "variances", "period", "first_month", "last_month", "budget")
    assert [(period, first.month, last.month, amount) for period, first, last, amount in rows] == [
        ("Q1", 1, 3, 30.0),
        ("Year to date", 1, 4, 40.0),
    ]


def test_the_last_month_judged_can_be_named() -> None:
    sales = [line(f"{month}", DAY(2026, month, 5), ANA, "A", 1, 10) for month in (1, 2, 3)]
    book = small_plan(sales=sales, budget_lines=[budget(month, "North", "Ana", 10) for month in range(1, 13)])
    judge(book, through_month="2")
    assert book.column("variances", "period") == ["2026-01", "2026-02", "Year to date"]


def year_of(*shares: float) -> list[Row]:
    """Orders of 2026: Ana sells this share of what she shall, Ben what is missing to the company's 200 a month."""
    amounts = [(month, round(100 * share, 2)) for month, share in enumerate(shares, 1)]
    return [
        line(f"{who[2]}{month}", DAY(2026, month, 5), who, "A", 1, amount if who is ANA else 200 - amount)
        for month, amount in amounts
        for who in (ANA, BEN)
    ]


def months_of_ana(book: MemoryBook) -> list[tuple[Any, ...]]:
    """Flag and since of Ana, month by month."""
    rows = table(book, "variances", "level", "rep", "period", "flag", "since")
    return [row[2:] for row in rows if row[:2] == ("rep", "Ana") and row[2] != "Year to date"]


LINES = [budget(month, *who, 100) for month in range(1, 13) for who in (("North", "Ana"), ("South", "Ben"))]


def test_what_goes_on_is_told_once_and_then_watched() -> None:
    book = small_plan(sales=year_of(0.5, 0.5, 1.0, 0.5, 1.5), budget_lines=LINES)
    judge(book)
    assert months_of_ana(book) == [
        ("2026-01", "act", None),
        ("2026-02", "watch", "2026-01"),
        ("2026-04", "act", None),  # March was as it should be
        ("2026-05", "act", None),  # the other way
    ]
    assert ", as already in 2026-01" in of(book, period="2026-02", rep="Ana")["reason"]


def test_what_goes_on_is_flagged_again_on_demand() -> None:
    book = small_plan(sales=year_of(0.5, 0.5), budget_lines=LINES)
    judge(book, flag_again="yes")
    assert months_of_ana(book) == [("2026-01", "act", None), ("2026-02", "act", None)]


def _both(year: int, month: int) -> tuple[int, int]:
    """What Ana and Ben sold: 100 each in 2024; in 2025 60 and 140, month about."""
    if year == 2024:
        return 100, 100
    return (60, 140) if month % 2 else (140, 60)


def test_what_a_rep_always_does_is_not_flagged() -> None:
    past = [
        line(f"{year}{month}{who[2]}", DAY(year, month, 5), who, "A", 1, amount)
        for year in (2024, 2025)
        for month in range(1, 13)
        for who, amount in zip((ANA, BEN), _both(year, month), strict=True)
    ]
    book = small_plan(sales=[*past, *year_of(0.6)], budget_lines=LINES)
    judge(book, list_all="yes")
    found = of(book, period="2026-01", level="rep", rep="Ana")
    # Twelve months of +-40 %: median 0, spread 1.4826 x 0.4. She is 40 % below: a score of -0.67.
    assert (found["flag"], found["basis"], found["score"]) == ("ok", "own", -0.67)


def test_sales_without_a_budget_are_part_of_the_company_and_told() -> None:
    new = line("7", DAY(2026, 1, 20), ("C3", "South", "Ana"), "A", 1, 0.5)
    book = january(sales=[*january_sales(), new])
    outcome = judge(book)
    (told,) = outcome.problems
    assert (told.code, f"{told.sheet}!{told.cell}") == ("W-VARIANCE-PAIR", book.place("sales", 6, "rep"))
    assert "South and Ana" in told.found
    assert of(book, period="2026-01", level="company")["actual"] == 360.5
    pair = of(book, period="2026-01", level="pair", territory="South", rep="Ana")
    assert (pair["budget"], pair["actual"], pair["deviation_share"], pair["flag"]) == (0.0, 0.5, None, "ok")


def january_sales() -> list[Row]:
    """The order lines of `january`."""
    names = ("order", "line", "date", "customer", "product", "territory", "rep", "quantity", "amount")
    return [dict(zip(names, row, strict=True)) for row in table(january(), "sales", *names)]


def test_credits_are_sales_below_zero() -> None:
    credit = line("7", DAY(2026, 1, 20), ANA, "A", -3, -25)
    book = january(sales=[*january_sales(), credit])
    judge(book)
    found = of(book, period="2026-01", level="rep", rep="Ana")
    # A: 2 pieces for 10, at 5. Price (5 - 6) x 2 = -2, quantity (2 - 10) x 6 = -48.
    assert (found["actual"], found["price"], found["quantity"]) == (25.0, -2.0, -48.0)


# Why


def test_price_quantity_and_range_add_up_to_the_variance() -> None:
    book = january()
    judge(book)
    found = of(book, period="2026-01", level="rep", rep="Ana")
    # Her budget of 100 is shared as a year before: A 60 (10 at 6), B 40 (10 at 4). Sold: 5 A at 7, 3 C at 5.
    # Price (7 - 6) x 5 = 5; quantity (5 - 10) x 6 = -30; C is new, B dropped: 5 - 30 + 15 - 40 = -50.
    parts = ("price", "quantity", "mix", "new", "dropped", "variance")
    assert [found[part] for part in parts] == [5.0, -30.0, 0.0, 15.0, -40.0, -50.0]


def test_drivers_add_up_to_the_variance_and_to_the_deviation() -> None:
    book = january()
    judge(book, top="2")
    names = ("rank", "element", "budget", "actual", "contribution", "deviation", "share")
    rows = table(book, "drivers", "period", "level", "rep", "dimension", *names)
    # Expected is nine tenths of the budget: A 54, B 36, C nothing; of the deviation of -40, B is -36.
    assert [row[4:] for row in rows if row[:4] == ("2026-01", "rep", "Ana", "product")] == [
        (1.0, "B", 40.0, 0.0, -40.0, -36.0, 0.9),
        (2.0, "A", 60.0, 35.0, -25.0, -19.0, 0.475),
        (3.0, "all others", 0.0, 15.0, 15.0, 15.0, -0.375),
    ]
    assert {row[3] for row in rows if row[2] == "Ana" and row[1] == "rep"} == {
        "product",
        "customer",
        "territory",
        "month",
    }


def test_a_reason_says_who_how_much_through_what_and_how() -> None:
    book = january()
    judge(book)
    reasons = {(row[0], row[1]): row[2] for row in table(book, "variances", "level", "rep", "reason")[:5]}
    # Quantity: what remains of -40 after price 5, mix 0, new 15 and nine tenths of -40 dropped: -24.
    assert reasons["rep", "Ana"] == (
        f"Rep Ana sold 40.00 less than the common 90.0% of budget would give ({MINUS}44%): mostly products no "
        f"longer sold: B ({MINUS}36.00); above all by quantity ({MINUS}24.00)."
    )
    assert reasons["company", None] == (
        f"The company sold 40.00 less than budgeted ({MINUS}10%): mostly products no longer sold: B ({MINUS}40.00); "
        f"above all by quantity ({MINUS}30.00)."
    )


def test_a_customer_goes_by_name_and_says_whether_it_stopped() -> None:
    customers = [
        {"customer": customer, "name": f"Shop {customer}", "territory": "North", "rep": "Ana"}
        for customer in ("C1", "C3", "C4")
    ]
    other = [(customer, "North", "Ana") for customer in ("C1", "C3", "C4")]
    sales = [
        *(line(f"p{at}", DAY(2025, 1, 5), who, f"P{at}{n}", 1, 10) for at, who in enumerate(other) for n in range(5)),
        # C1 buys nothing any more, the others as before
        *(
            line(f"n{at}", DAY(2026, 1, 5), who, f"P{at}{n}", 1, 10)
            for at, who in enumerate(other[1:], 1)
            for n in range(5)
        ),
    ]
    sales = [{**row, "line": f"{number}"} for number, row in enumerate(sales)]
    book = small_plan(customers=customers, sales=sales, budget_lines=[budget(1, "North", "Ana", 150)])
    judge(book)
    said = of(book, period="2026-01", level="company")["reason"]
    assert f"mostly customers who stopped ordering: Shop C1 ({MINUS}50.00)" in said


def test_a_rep_without_history_is_explained_by_that_of_the_company() -> None:
    sales = [
        line("1", DAY(2025, 1, 5), BEN, "A", 10, 100),
        line("2", DAY(2026, 1, 5), BEN, "A", 10, 100),
        line("3", DAY(2026, 1, 5), ("C9", "North", "Ana"), "A", 1, 10),
    ]
    lines = [budget(1, "North", "Ana", 50), budget(1, "South", "Ben", 100)]
    book = small_plan(sales=sales, budget_lines=lines)
    judge(book)
    found = of(book, period="2026-01", level="rep", rep="Ana")
    # the company sold A at 10: her 50 are 5 A, of which she sold 1
    assert (found["quantity"], found["new"], found["dropped"]) == (-40.0, 0.0, 0.0)


@pytest.mark.parametrize("pieces", [None, 0], ids=["blank", "zero"])
def test_a_line_without_quantity_is_named_and_leaves_the_split_out(pieces: object) -> None:
    sales = january_sales()
    sales[4] = {**sales[4], "quantity": pieces}
    book = january(sales=sales)
    outcome = judge(book)
    (told,) = outcome.problems
    assert (told.code, f"{told.sheet}!{told.cell}") == ("W-VARIANCE-QUANTITY", book.place("sales", 4, "quantity"))
    found = of(book, period="2026-01", level="rep", rep="Ana")
    assert [found[part] for part in ("price", "quantity", "mix", "new", "dropped")] == [None] * 5
    assert of(book, period="2026-01", level="rep", rep="Ben")["price"] == 10.0
    assert "above all" not in found["reason"]


# What cannot be judged


@pytest.mark.parametrize(
    ("tables", "code", "where"),
    [
        pytest.param({"budget_lines": []}, "E-VARIANCE-BUDGET", ("budget_lines", "month"), id="no-budget"),
        pytest.param({"sales": []}, "E-VARIANCE-SALES", ("sales", "date"), id="no-orders"),
        pytest.param(
            {"sales": [line("1", DAY(2025, 12, 31), ANA, "A", 1, 10)]},
            "E-VARIANCE-SALES",
            ("sales", "date"),
            id="orders-of-last-year-only",
        ),
    ],
)
def test_a_year_without_budget_or_orders_is_refused(
    tables: dict[str, list[Row]], code: str, where: tuple[str, str]
) -> None:
    book = january(**tables)
    assert places(refused(book, "flag_variances")) == [(code, book.place(where[0], -1, where[1]))]


def test_budget_lines_of_another_year_are_left_out_and_told() -> None:
    lines = [budget(1, "North", "Ana", 100), budget(1, "South", "Ben", 300)]
    old = {**budget(1, "North", "Ana", 70), "month": DAY(2025, 1, 1)}
    book = january(budget_lines=[*lines, old])
    outcome = judge(book)
    (told,) = outcome.problems
    assert (told.code, f"{told.sheet}!{told.cell}") == ("W-VARIANCE-BUDGET", book.place("budget_lines", 2, "month"))
    assert of(book, period="2026-01", level="company")["budget"] == 400.0


# Laws

PEOPLE = [ANA, BEN, ("C3", "North", "Ben"), ("C4", "South", "Ana")]
orders = st.lists(
    st.tuples(
        st.sampled_from([DAY(2025, 1, 3), DAY(2025, 2, 3), DAY(2025, 6, 3), DAY(2026, 1, 3), DAY(2026, 2, 3)]),
        st.sampled_from(PEOPLE),
        st.sampled_from(["A", "B", "C", "D", None]),
        st.integers(-3, 40),
        st.integers(-5_000, 1_000_000),
    ),
    min_size=8,
    max_size=40,
)
plans = st.lists(st.integers(0, 2_000_000), min_size=8, max_size=8)


def random_plan(sold: list[tuple[Any, ...]], planned: list[int], scale: int = 1, names: str = "") -> MemoryBook:
    """A plan of two months for four pairs; amounts are given in cents, and can be in another currency."""
    lines = [
        budget(month, who[1], who[2] + names, round(cents * scale / 100, 2))
        for cents, (month, who) in zip(planned, itertools.product((1, 2), PEOPLE), strict=True)
    ]
    sales = [
        line(f"{number}", date, (who[0], who[1], who[2] + names), product, pieces, round(cents * scale / 100, 2))
        for number, (date, who, product, pieces, cents) in enumerate(sold)
    ]
    always = line("x", DAY(2026, 2, 28), (ANA[0], ANA[1], ANA[2] + names), "A", 1, 100 * scale)
    team = [{"rep": f"{rep}{names}", "home_territory": "North"} for rep in ("Ana", "Ben")]
    return small_plan(
        team=team,
        customers=[],
        sales=[*sales, always],
        budget_lines=lines,
        budget_by_rep=[{"rep": one["rep"]} for one in team],
        attainment_by_rep=[{"rep": one["rep"]} for one in team],
    )


def in_cents(amount: float | None) -> int:
    """An amount in cents."""
    return 0 if amount is None else round(amount * 100)


@settings(max_examples=8, deadline=None)
@given(orders, plans)
def test_parts_and_drivers_add_up_to_the_cent(sold: list[tuple[Any, ...]], planned: list[int]) -> None:
    book = random_plan(sold, planned)
    judge(book, list_all="yes", top="2")
    sums: dict[tuple[Any, ...], list[int]] = {}
    for *row, contribution, deviation in table(
        book, "drivers", "period", "level", "territory", "rep", "dimension", "contribution", "deviation"
    ):
        found = sums.setdefault(tuple(row), [0, 0])
        found[0] += in_cents(contribution)
        found[1] += in_cents(deviation)
    parts = ("price", "quantity", "mix", "new", "dropped")
    for key, variance, deviation, *split in zip(
        table(book, "variances", "period", "level", "territory", "rep"),
        book.column("variances", "variance"),
        book.column("variances", "deviation"),
        *(book.column("variances", part) for part in parts),
        strict=True,
    ):
        for node, amounts in sums.items():
            if node[:4] == key:
                assert amounts == [in_cents(variance), in_cents(deviation)], node
        if split[0] is not None:
            assert sum(map(in_cents, split)) == in_cents(variance), key


@settings(max_examples=5, deadline=None)
@given(orders, plans, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(sold: list[tuple[Any, ...]], planned: list[int], random: Any) -> None:
    book, shuffled = random_plan(sold, planned), random_plan(sold, planned)
    for name in ("sales", "budget_lines"):
        rows = list(range(len(shuffled.frame(name))))
        random.shuffle(rows)
        shuffled.reorder(name, rows)
    for one in (book, shuffled):
        judge(one)
    for name in ("variances", "drivers"):
        assert book.state()[name] == shuffled.state()[name]


@settings(max_examples=5, deadline=None)
@given(orders, plans)
def test_another_currency_or_other_names_flag_the_same(sold: list[tuple[Any, ...]], planned: list[int]) -> None:
    books = [random_plan(sold, planned), random_plan(sold, planned, scale=100), random_plan(sold, planned, names=" X")]
    for book, smallest in zip(books, ("10", "1000", "10"), strict=True):
        judge(book, list_all="yes", min_amount=smallest)
    same = [
        {
            (period, level, territory, (rep or "").removesuffix(" X")): (flag, score, basis)
            for period, level, territory, rep, flag, score, basis in table(
                book, "variances", "period", "level", "territory", "rep", "flag", "score", "basis"
            )
        }
        for book in books
    ]
    assert same[0] == same[1] == same[2]


def test_a_second_time_changes_nothing_and_undo_takes_it_back() -> None:
    book = january()
    before = {name: book.state()[name] for name in ("variances", "drivers")}
    judge(book)
    after, writes = book.state(), book.writes
    judge(book)
    assert (book.state(), book.writes) == (after, writes)
    run(book, "undo")
    assert {name: book.state()[name] for name in before} == before
