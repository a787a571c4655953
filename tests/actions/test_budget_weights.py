"""What a budget is weighed by: history, last year, potential, customers, route time; season, working days, pattern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.actions.setting import DAY, places, refused, run, sale, small_plan
from tests.memory_book import MemoryBook, Row


def years(book: MemoryBook) -> dict[str, float]:
    """The budget of each rep over the year."""
    lines = book.frame("budget_lines")
    return {str(rep): round(own["budget"].sum(), 2) for rep, own in lines.groupby("rep")}


def months(book: MemoryBook, rep: str) -> list[float]:
    """The budget of a rep by month."""
    lines = book.frame("budget_lines")
    return [float(amount) for amount in lines.loc[lines["rep"] == rep, "budget"]]


def told(book: MemoryBook, column: str) -> dict[str, Any]:
    """What a column of the budget lines says of each rep; the same in every month."""
    lines = book.frame("budget_lines")
    (said,) = {tuple(one[column].tolist()) for _, one in lines.groupby("month")}
    return dict(zip(lines["rep"].head(len(said)), said, strict=True))


def three_reps(**tables: Sequence[Row]) -> MemoryBook:
    """Ana sold 400 and Ben 600 in 2025; Cam is new in the North."""
    team = [
        {"rep": rep, "home_territory": home} for rep, home in (("Ana", "North"), ("Ben", "South"), ("Cam", "North"))
    ]
    return small_plan(**{"team": team, **tables})


# What sizes a territory and rep


def test_last_year_alone_sizes_by_the_twelve_months_loaded_last() -> None:
    sales = [
        sale("1", "1", DAY(2024, 5, 1), "C1", "North", "Ana", 900),
        sale("2", "1", DAY(2025, 5, 1), "C1", "North", "Ana", 100),
        sale("3", "1", DAY(2025, 12, 1), "C2", "South", "Ben", 300),
    ]
    book = small_plan(sales=sales)
    run(book, "disaggregate", weigh_by="last_year")
    # 100 against 300 of the last year share 2000, whatever was sold the year before
    assert years(book) == pytest.approx({"Ana": 500.0, "Ben": 1500.0}, abs=0.1)
    assert told(book, "basis") == {"Ana": "last_year", "Ben": "last_year"}


def test_several_years_share_differs_from_last_years() -> None:
    sales = [
        sale("1", "1", DAY(2024, 1, 1), "C1", "North", "Ana", 900),
        sale("2", "1", DAY(2025, 1, 1), "C1", "North", "Ana", 100),
        sale("3", "1", DAY(2025, 12, 1), "C2", "South", "Ben", 500),
    ]
    book = small_plan(sales=sales)
    run(book, "disaggregate")
    # January on average 500; December, of which the span has two, 250
    assert years(book) == pytest.approx({"Ana": 1333.33, "Ben": 666.67}, abs=0.1)


def test_potential_sizes_by_what_the_customers_could_buy() -> None:
    customers = [
        {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana", "potential": 300},
        {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben", "potential": 60},
        {"customer": "C3", "name": "Three", "territory": "South", "rep": "Ben", "potential": 40},
    ]
    book = small_plan(customers=customers)
    run(book, "disaggregate", weigh_by="potential", months_by="equal")
    # 300 against 100
    assert years(book) == pytest.approx({"Ana": 1500.0, "Ben": 500.0}, abs=0.1)
    assert told(book, "basis") == {"Ana": "potential", "Ben": "potential"}
    # brought to the scale of the history: 1000 a year, 750 of it Ana's, 62.50 a month
    assert told(book, "weight")["Ana"] == 62.5


def test_customers_without_a_potential_are_told_and_none_at_all_is_refused() -> None:
    customers: list[Row] = [
        {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana", "potential": 300},
        {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben", "potential": 100},
        {"customer": "C3", "name": "Three", "territory": "South", "rep": "Ben"},
    ]
    book = small_plan(customers=customers)
    (warning,) = run(book, "disaggregate", weigh_by="potential").problems
    assert warning.code == "W-BUDGET-NO-POTENTIAL"
    assert f"{warning.sheet}!{warning.cell}" == book.place("customers", 2, "potential")
    (problem,) = refused(small_plan(), "disaggregate", weigh_by="potential")
    assert (problem.code, problem.found) == (
        "E-BUDGET-NO-POTENTIAL",
        "no potential of any customer with a territory and a rep",
    )


def test_customers_size_by_their_number() -> None:
    customers: list[Row] = [
        {"customer": f"C{number}", "name": "One", "territory": place, "rep": rep}
        for number, (place, rep) in enumerate([("North", "Ana"), ("South", "Ben"), ("South", "Ben"), ("South", "Ben")])
    ]
    book = small_plan(customers=customers)
    run(book, "disaggregate", weigh_by="customers", months_by="equal")
    assert years(book) == pytest.approx({"Ana": 500.0, "Ben": 1500.0}, abs=0.1)
    assert told(book, "basis") == {"Ana": "customers", "Ben": "customers"}


def test_no_customer_to_count_is_refused() -> None:
    (problem,) = refused(small_plan(customers=[]), "disaggregate", weigh_by="customers")
    assert problem.code == "E-BUDGET-NO-CUSTOMERS"


def stop(rep: str, date: Any, number: int, customer: str | None, travel: float, visit: float) -> Row:
    """A row of the routes."""
    return {
        "rep": rep,
        "date": date,
        "tour": 1,
        "stop": number,
        "kind": "visit" if customer else "home",
        "customer": customer,
        "arrive": 0.4,
        "travel_minutes": travel,
        "km": 1,
        "visit_minutes": visit,
        "night": 0,
    }


ROUTES = [
    stop("Ana", DAY(2026, 1, 5), 1, "C1", 20, 60),
    stop("Ana", DAY(2026, 1, 5), 2, None, 20, 0),
    stop("Ben", DAY(2026, 1, 5), 1, "C2", 120, 60),
    stop("Ben", DAY(2026, 1, 5), 2, None, 120, 0),
]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 2, 0]], ids=["as written", "sorted by hand"])
def test_route_time_sizes_by_the_minutes_of_visits_and_travel(order: list[int]) -> None:
    book = small_plan(routes=[ROUTES[place] for place in order])
    run(book, "disaggregate", weigh_by="route_time", months_by="equal")
    # Ana 20 + 60 and 20 back home; Ben 120 + 60 and 120 back: 100 against 300 minutes
    assert years(book) == pytest.approx({"Ana": 500.0, "Ben": 1500.0}, abs=0.1)
    assert told(book, "basis") == {"Ana": "route_time", "Ben": "route_time"}


def test_the_way_home_of_a_rep_of_two_territories_counts_with_the_visit_before_it() -> None:
    customers = [
        {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana"},
        {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ana"},
    ]
    routes = [
        stop("Ana", DAY(2026, 1, 5), 1, "C1", 30, 60),
        stop("Ana", DAY(2026, 1, 5), 2, "C2", 30, 60),
        stop("Ana", DAY(2026, 1, 5), 3, None, 180, 0),
    ]
    book = small_plan(customers=customers, team=[{"rep": "Ana"}, {"rep": "Ben"}], routes=routes)
    run(book, "disaggregate", weigh_by="route_time", months_by="equal")
    lines = book.frame("budget_lines")
    # 90 minutes in the North; 90 and 180 in the South: a quarter and three quarters
    assert lines.groupby("territory")["budget"].sum().round(2).to_dict() == {"North": 500.0, "South": 1500.0}


def test_no_routes_planned_yet_is_refused_with_what_to_do() -> None:
    book = small_plan()
    (problem,) = refused(book, "disaggregate", weigh_by="route_time")
    assert problem.code == "E-BUDGET-NO-ROUTES"
    assert problem.action == "Run Plan routes, or choose another weight in Options of Disaggregate."


def test_equal_shares_give_every_territory_and_rep_the_same() -> None:
    book = small_plan()
    run(book, "disaggregate", weigh_by="equal")
    assert years(book) == pytest.approx({"Ana": 1000.0, "Ben": 1000.0}, abs=0.1)
    assert told(book, "basis") == {"Ana": "equal", "Ben": "equal"}


def test_a_size_can_be_drawn_towards_the_peers_of_the_territory() -> None:
    customers = [
        {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana"},
        {"customer": "C2", "name": "Two", "territory": "North", "rep": "Ben"},
    ]
    book = small_plan(customers=customers)
    run(book, "disaggregate", peer_weight="50%", months_by="equal")
    # 400 and 600, on average 500: half way 450 and 550 of 1000
    assert years(book) == pytest.approx({"Ana": 900.0, "Ben": 1100.0}, abs=0.1)


def test_whoever_has_no_size_gets_the_average_of_the_peers_and_the_line_says_so() -> None:
    book = three_reps()
    run(book, "disaggregate", weigh_by="customers", months_by="equal")
    # one customer each for Ana and Ben; Cam has none and gets what Ana has
    assert years(book) == pytest.approx({"Ana": 666.67, "Ben": 666.67, "Cam": 666.66}, abs=0.1)
    assert told(book, "basis") == {"Ana": "customers", "Ben": "customers", "Cam": "peer_average"}


def test_a_plan_without_sales_says_that_all_is_the_same() -> None:
    book = small_plan(sales=[])
    outcome = run(book, "disaggregate")
    assert (outcome.problems, set(told(book, "basis").values())) == ((), {"equal"})
    assert set(told(book, "months_by").values()) == {"equal"}


def test_last_years_sales_that_are_asked_for_and_not_there_are_told() -> None:
    outcome = run(small_plan(sales=[]), "disaggregate", weigh_by="last_year")
    assert [one.code for one in outcome.problems] == ["W-BUDGET-NO-HISTORY"]


# What shapes the months


def two_countries(**tables: Sequence[Row]) -> MemoryBook:
    """Ana in Colombia, Ben in France, of the same size."""
    territories = [{"territory": "North", "country": "CO"}, {"territory": "South", "country": "FR"}]
    return small_plan(**{"territories": territories, **tables})


def test_working_days_are_those_of_the_territorys_country() -> None:
    book = two_countries(budget_targets=[{"amount": 2 * 100_000}])
    run(book, "disaggregate", weigh_by="equal", months_by="working_days")
    # 2026 has 261 weekdays, 23 of them in December. Colombia rests on the 8th and the 25th, and on 19 weekdays in all;
    # France on the 25th alone, and on 9.
    assert months(book, "Ana")[11] == pytest.approx(100_000 * 21 / 242, abs=0.01)
    assert months(book, "Ben")[11] == pytest.approx(100_000 * 22 / 252, abs=0.01)
    assert sum(round(amount * 100) for rep in ("Ana", "Ben") for amount in months(book, rep)) == 200_000_00
    assert told(book, "months_by") == {"Ana": "working_days", "Ben": "working_days"}


def test_a_subdivision_has_holidays_of_its_own() -> None:
    territories = [
        {"territory": "North", "country": "DE", "subdivision": "BY"},
        {"territory": "South", "country": "DE", "subdivision": "BE"},
    ]
    book = small_plan(territories=territories)
    run(book, "disaggregate", weigh_by="equal", months_by="working_days")
    # Epiphany, Tuesday the 6th of January 2026, is a holiday in Bavaria and none in Berlin
    assert months(book, "Ana")[0] < months(book, "Ben")[0]


def test_weekdays_may_weigh_more_than_others() -> None:
    book = small_plan()
    run(book, "disaggregate", weigh_by="equal", months_by="working_days", week="0 0 0 0 0 1 0")
    # 52 Saturdays in 2026; five of them in January, May, August and October
    five = [month + 1 for month, amount in enumerate(months(book, "Ana")) if amount > 1000 * 4.5 / 52]
    assert five == [1, 5, 8, 10]


@pytest.mark.parametrize("week", ["00000", "1 1 1", "Monday", "1 1 1 1 1 -1 0", "11111000"])
def test_a_week_that_is_none_is_refused(week: str) -> None:
    (problem,) = refused(two_countries(), "disaggregate", months_by="working_days", week=week)
    assert (problem.code, problem.sheet) == ("E-BUDGET-WEEK", "8 Budget")
    assert "write 1111100 for Monday to Friday" in problem.found


def test_a_country_or_subdivision_without_known_holidays_is_refused_at_its_cell() -> None:
    territories = [
        {"territory": "North", "country": "Colombia"},
        {"territory": "South", "country": "DE", "subdivision": "XX"},
    ]
    book = small_plan(territories=territories)
    problems = refused(book, "disaggregate", months_by="working_days")
    assert places(problems) == [
        ("E-FIELD-COUNTRY", book.place("territories", 0, "country")),
        ("E-FIELD-COUNTRY", book.place("territories", 1, "subdivision")),
    ]
    assert problems[0].found == (
        "holidays that are not known: There is no holiday calendar for the country 'Colombia'; "
        "use a two-letter ISO code such as US, ES or CN"
    )


def test_without_a_country_only_weekdays_count_and_that_is_told() -> None:
    book = small_plan()
    (warning,) = run(book, "disaggregate", weigh_by="equal", months_by="working_days").problems
    assert (warning.code, warning.found) == ("W-BUDGET-NO-COUNTRY", "territories without a country: 2")
    assert f"{warning.sheet}!{warning.cell}" == book.place("territories", 0, "country")
    # 22 weekdays in January of 261
    assert months(book, "Ana")[0] == pytest.approx(1000 * 22 / 261, abs=0.01)


def test_a_pattern_repeats_over_the_months() -> None:
    book = small_plan(budget_targets=[{"amount": 2 * 52_00}])
    run(book, "disaggregate", weigh_by="equal", months_by="pattern")
    assert months(book, "Ben") == [400.0, 400.0, 500.0] * 4
    run(book, "disaggregate", weigh_by="equal", months_by="pattern", pattern="1-2-1")
    assert months(book, "Ben") == [325.0, 650.0, 325.0] * 4


@pytest.mark.parametrize("pattern", ["38446", "4 4", "4 4 x", "-1 2"])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    (problem,) = refused(small_plan(), "disaggregate", months_by="pattern", pattern=pattern)
    assert (problem.code, problem.sheet) == ("E-BUDGET-PATTERN", "8 Budget")


def test_equal_months_all_get_the_same() -> None:
    book = small_plan(budget_targets=[{"amount": 2400}])
    run(book, "disaggregate", weigh_by="equal", months_by="equal")
    assert months(book, "Ana") == [100.0] * 12
    assert told(book, "months_by") == {"Ana": "equal", "Ben": "equal"}


# What the planner says


def prior(**cells: object) -> Row:
    """A row of the priors."""
    return {"reason": "signed by the agency", "owner": "Eva", **cells}


def test_a_typed_prior_is_what_a_new_rep_would_sell_in_an_average_year() -> None:
    book = three_reps(budget_priors=[prior(rep="Cam", amount=250)])
    run(book, "disaggregate")
    # Ana 400, Ben 600, Cam 250 of 1250 share 2000
    assert years(book) == pytest.approx({"Ana": 640.0, "Ben": 960.0, "Cam": 400.0}, abs=0.1)
    assert told(book, "basis") == {"Ana": "history", "Ben": "history", "Cam": "typed"}


def test_a_prior_of_a_territory_and_a_rep_who_have_nothing_in_common_yet_makes_a_pair() -> None:
    book = small_plan(budget_priors=[prior(territory="North", rep="Ben", amount=1000)])
    run(book, "disaggregate")
    lines = book.frame("budget_lines")
    ben = lines[(lines["territory"] == "North") & (lines["rep"] == "Ben")]
    assert round(ben["budget"].sum(), 2) == 1000.0
    assert set(ben["basis"]) == {"typed"}


def test_a_prior_of_a_territory_is_shared_by_those_without_history() -> None:
    team = [{"rep": "Ana", "home_territory": "North"}, {"rep": "Ben", "home_territory": "South"}]
    new = [{"rep": rep, "home_territory": "North"} for rep in ("Cam", "Dee")]
    book = small_plan(team=[*team, *new], budget_priors=[prior(territory="North", amount=100)])
    run(book, "disaggregate")
    # Ana keeps 400 and Ben 600; Cam and Dee get 50 each, of 1100
    assert years(book) == pytest.approx({"Ana": 727.27, "Ben": 1090.91, "Cam": 90.91, "Dee": 90.91}, abs=0.1)


def test_a_prior_that_counts_instead_of_history_is_shared_in_proportion_to_it() -> None:
    book = small_plan(budget_priors=[prior(amount=100, instead="yes", territory="North")])
    run(book, "disaggregate")
    # Ana 100 instead of 400, Ben 600 of 700
    assert years(book) == pytest.approx({"Ana": 285.71, "Ben": 1714.29}, abs=0.1)
    assert told(book, "basis") == {"Ana": "typed", "Ben": "history"}


def test_a_prior_where_everybody_has_history_counts_for_nothing_and_that_is_told() -> None:
    book = small_plan(budget_priors=[prior(rep="Ana", amount=100)])
    (warning,) = run(book, "disaggregate").problems
    assert places([warning]) == [("W-BUDGET-PRIOR-IDLE", book.place("budget_priors", 0, "amount"))]
    assert years(book) == pytest.approx({"Ana": 800.0, "Ben": 1200.0}, abs=0.1)


def test_two_priors_for_the_same_pair_are_refused_with_the_other_cell() -> None:
    book = three_reps(budget_priors=[prior(rep="Cam", amount=250), prior(territory="North", amount=100)])
    (problem,) = refused(book, "disaggregate")
    assert places([problem]) == [("E-BUDGET-PRIOR-TWICE", book.place("budget_priors", 1, "amount"))]
    assert problem.found == "a second prior for North / Cam"
    assert problem.expected == f"one, as in {book.place('budget_priors', 0, 'amount').partition('!')[2]}"


def test_a_prior_of_nobody_below_zero_or_without_a_reason_is_refused_at_its_cell() -> None:
    book = three_reps(budget_priors=[{"rep": "Kim", "amount": 250, "reason": "new"}])
    assert places(refused(book, "disaggregate")) == [("E-CELL-REFERENCE", book.place("budget_priors", 0, "rep"))]
    book = three_reps(budget_priors=[{"rep": "Cam", "amount": -1}])
    assert places(refused(book, "disaggregate")) == [
        ("E-CELL-BOUND", book.place("budget_priors", 0, "amount")),
        ("E-CELL-REQUIRED", book.place("budget_priors", 0, "reason")),
    ]


def test_a_prior_beside_potential_means_sales_all_the_same() -> None:
    customers = [
        {"customer": "C1", "name": "One", "territory": "North", "rep": "Ana", "potential": 30_000},
        {"customer": "C2", "name": "Two", "territory": "South", "rep": "Ben", "potential": 10_000},
    ]
    book = three_reps(customers=customers, budget_priors=[prior(rep="Cam", amount=1000)])
    run(book, "disaggregate", weigh_by="potential")
    # sales of 1000 a year are 750 and 250 by potential; Cam's 1000 are as much again
    assert years(book) == pytest.approx({"Ana": 750.0, "Ben": 250.0, "Cam": 1000.0}, abs=0.1)


def test_an_amount_beside_numbers_of_customers_without_any_history_is_refused() -> None:
    book = three_reps(sales=[], budget_priors=[prior(rep="Cam", amount=1000)])
    problems = refused(book, "disaggregate", weigh_by="customers", months_by="equal")
    assert places(problems) == [("E-BUDGET-PRIOR-UNIT", book.place("budget_priors", 0, "amount"))]


def test_the_peers_of_a_new_company_are_those_somebody_spoke_for() -> None:
    priors = [prior(rep="Ana", amount=100), prior(rep="Ben", amount=300)]
    book = three_reps(sales=[], customers=[], budget_priors=priors)
    run(book, "disaggregate")
    # nobody has sold: Cam is like the mean of 100 and 300
    assert years(book) == pytest.approx({"Ana": 333.33, "Ben": 1000.0, "Cam": 666.67}, abs=0.1)
    assert told(book, "basis") == {"Ana": "typed", "Ben": "typed", "Cam": "peer_average"}


def test_a_manager_stands_for_everybody_below_in_a_prior_too() -> None:
    team = [
        {"rep": "Ana", "home_territory": "North"},
        {"rep": "Ben", "home_territory": "South"},
        {"rep": "Eva"},
        {"rep": "Cam", "home_territory": "North", "manager": "Eva"},
    ]
    book = small_plan(team=team, budget_priors=[prior(rep="Eva", amount=250)])
    run(book, "disaggregate")
    assert years(book)["Cam"] == 400.0


def test_a_prior_of_a_manager_makes_no_pair_of_the_managers_own() -> None:
    team = [{"rep": "Ana", "home_territory": "North", "manager": "Eva"}, {"rep": "Ben"}, {"rep": "Eva"}]
    book = small_plan(team=team, budget_priors=[prior(territory="North", rep="Eva", amount=100, instead="yes")])
    run(book, "disaggregate")
    assert told(book, "basis") == {"Ana": "typed", "Ben": "history"}
