"""Plan routes: every visit of the policy on one route or unserved with its reason; nobody is left out unsaid."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesplan_xl.actions import ACTIONS
from salesplan_xl.actions.perform import Outcome
from salesplan_xl.workbook.dates import serial_of
from tests.actions.setting import DAY, places, refused, run
from tests.memory_book import MemoryBook, Row

# A base at 0 north, 10 east; one km east of it takes a minute: no detour, no fixed part, 60 km/h.
PLAIN = {"fixed_minutes": "0", "detour": "1", "town_speed": "60", "regional_speed": "60", "highway_speed": "60"}
KM_EAST = 360 / (2 * math.pi * 6371.0088)

POLICY: tuple[Row, ...] = (
    {"segment": "Key", "visits": 2, "minutes": 60},
    {"segment": "Small", "visits": 1, "minutes": 30},
    {"segment": "Phone", "visits": 0, "minutes": 30},
)


def shop(label: str, km: float, segment: object = "Small", rep: object = "Ana", **more: object) -> dict[str, object]:
    """A customer so many km east of the base."""
    place = {"latitude": 0, "longitude": 10 + km * KM_EAST}
    named = {"customer": label, "name": f"Shop {label}", "city": f"City {label}", "territory": "North"}
    return {**named, **place, "segment": segment, "rep": rep, **more}


def field_plan(*customers: Row, **tables: Sequence[Row]) -> MemoryBook:
    """
    A plan for 2026 with the reps Ana, whose base is typed, and Ben, whose is not; both in the United States.

    The policy has a row for each segment there is, unless another is given.
    """
    segments = {one["segment"] for one in customers}
    given: dict[str, Sequence[Row]] = {
        "territories": [{"territory": "North", "country": "US"}],
        "team": [
            {"rep": "Ana", "home_territory": "North", "base_latitude": 0, "base_longitude": 10},
            {"rep": "Ben", "home_territory": "North"},
        ],
        "customers": customers,
        "visit_policy": [row for row in POLICY if row["segment"] in segments],
    }
    return MemoryBook({**given, **tables}, {"plan_start": DAY(2026, 1, 1), "plan_id": "plan-1"})


def planned(book: MemoryBook, **options: str) -> Outcome:
    """Plan with a travel model to work out by hand."""
    return run(book, "plan_routes", None, **{**PLAIN, **options})


def stops(book: MemoryBook, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of the routes, dates as month and day, times as hours and minutes."""
    shown = []
    for row in book.frame("routes").to_dict("records"):
        row["date"] = f"{row['date']:%m-%d}"
        for time in ("arrive", "depart"):
            minutes = row[time] * 1440
            row[time] = None if math.isnan(minutes) else f"{round(minutes) // 60}:{round(minutes) % 60:02}"
        shown.append(tuple(row[column] for column in columns))
    return shown


def unserved(book: MemoryBook) -> list[tuple[Any, ...]]:
    """Who is not visited how often, and why."""
    return list(book.frame("unserved")[["rep", "customer", "visits", "reason"]].itertuples(index=False, name=None))


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    """Code and place of what was told."""
    return places(list(outcome.problems))


# Worked answers


def test_a_day_is_written_stop_by_stop_and_says_where_it_ends() -> None:
    # 10 there, 30, 10 on, 30, 20 home. The 1st is New Year's Day, so the first day is Friday, the 2nd
    book = field_plan(shop("B", 20), shop("A", 10))
    outcome = planned(book)
    assert stops(book, "rep", "date", "tour", "stop", "kind", "customer", "arrive", "depart") == [
        ("Ana", "01-02", 1, 1, "visit", "A", "8:10", "8:40"),
        ("Ana", "01-02", 1, 2, "visit", "B", "8:50", "9:20"),
        ("Ana", "01-02", 1, 3, "home", None, "9:40", None),
    ]
    assert stops(book, "travel_minutes", "km", "visit_minutes", "night", "city") == [
        (10, 10, 30, 0, "City A"),
        (10, 10, 30, 0, "City B"),
        (20, 20, 0, 0, None),
    ]
    assert outcome.numbers["visits_planned"] == outcome.numbers["visits_routed"] == 2
    assert (outcome.numbers["travel_hours"], outcome.numbers["visit_hours"]) == (0.7, 1.0)  # 40 and 60 minutes
    assert (outcome.numbers["days"], outcome.numbers["nights"], outcome.numbers["km"]) == (1, 0, 40)
    assert codes(outcome) == []


def test_a_way_longer_than_a_day_has_its_nights_on_the_road() -> None:
    # 600 out: 480, the night, 120 + 30 + 330 of the 600 home, the night, 270. Monday to Wednesday, as Friday is one day
    book = field_plan(shop("A", 600))
    planned(book)
    assert stops(book, "date", "stop", "kind", "customer", "name", "arrive", "travel_minutes", "night") == [
        ("01-05", 1, "night", None, "Shop A", "16:00", 480, 1),
        ("01-06", 1, "visit", "A", "Shop A", "10:00", 120, 0),
        ("01-06", 2, "night_home", None, None, "16:00", 330, 1),
        ("01-07", 1, "home", None, None, "12:30", 270, 0),
    ]


def test_options_move_the_day_and_take_the_nights() -> None:
    book = field_plan(shop("A", 10), shop("B", 600))
    outcome = planned(book, day_start="9:30", nights_away="no")
    assert stops(book, "customer", "arrive") == [("A", "9:40"), (None, "10:20")]
    assert unserved(book) == [("Ana", "B", 1, "too_far")]
    assert outcome.numbers["coverage"] == 0.5


def test_visits_are_those_of_the_policy_and_add_up() -> None:
    # Key: two visits an hour each; Small: one; Phone: none, so no row
    book = field_plan(shop("A", 10, "Key"), shop("B", 20), shop("C", 30, "Phone"), shop("D", 5000))
    planned(book)
    columns = ["customer", "rep", "segment", "planned", "routed", "unserved", "minutes"]
    assert book.frame("visits")[columns].to_numpy().tolist() == [
        ["A", "Ana", "Key", 2, 2, 0, 60],
        ["B", "Ana", "Small", 1, 1, 0, 30],
        ["D", "Ana", "Small", 1, 0, 1, 30],
    ]
    assert Counter(stops(book, "customer")) - Counter([(None,)] * 9) == Counter({("A",): 2, ("B",): 1})


def test_a_base_that_is_not_typed_is_at_the_customer_in_the_middle() -> None:
    # to all others and back: from B 2 x (100 + 50), from A 2 x (100 + 150), from C 2 x (50 + 150)
    book = field_plan(*(shop(label, km, rep="Ben") for label, km in (("A", 0), ("B", 100), ("C", 150))))
    assert planned(book).numbers["bases_assumed"] == 1
    hours = book.frame("rep_hours").set_index("rep")
    assert hours["base"].to_dict() == {"Ana": "typed", "Ben": "customer"}
    assert hours["base_customer"].to_dict() == {"Ana": None, "Ben": "B"}
    assert hours["longitude"].round(4).to_dict() == {"Ana": 10, "Ben": round(10 + 100 * KM_EAST, 4)}
    assert max(stops(book, "km")) == (100,)


def test_days_are_monday_to_friday_without_the_holidays_of_the_home_territory() -> None:
    # two weeks from Thursday 2026-01-01: 10 days less New Year's Day; 5 hours a day
    book = field_plan(shop("A", 10))
    planned(book, cycle_weeks="2", day_minutes="300")
    hours = book.frame("rep_hours")
    assert hours["available_days"].tolist() == [9, 9]
    assert hours["available_hours"].tolist() == [45, 45]


def test_a_tour_goes_over_no_holiday() -> None:
    # 2 x 900 + 30 are four days of 480. In 2026 the 11th of November is a Wednesday and a holiday, so the second tour
    # finds its four days in a row in the week after
    book = field_plan(shop("E", 900), shop("W", -900))
    book.write_name("plan_start", serial_of(DAY(2026, 11, 1)))
    planned(book, cycle_weeks="3")
    assert sorted({date for (date,) in stops(book, "date")}) == [
        *(f"11-{day:02}" for day in range(2, 6)),
        *(f"11-{day}" for day in range(16, 20)),
    ]


def test_a_rep_whose_country_is_not_known_has_no_holidays_and_is_told_of() -> None:
    book = field_plan(shop("A", 10), territories=[{"territory": "North"}])
    outcome = planned(book, cycle_weeks="1")
    assert codes(outcome) == [("W-FIELD-NO-COUNTRY", book.place("team", row, "home_territory")) for row in (0, 1)]
    assert stops(book, "date")[0] == ("01-01",)


@pytest.mark.parametrize(("subdivision", "days"), [("BY", 4), ("BE", 5)], ids=["Bavaria", "Berlin"])
def test_a_subdivision_of_the_country_has_holidays_of_its_own(subdivision: str, days: int) -> None:
    home = [{"territory": "North", "country": "DE", "subdivision": subdivision}]
    book = field_plan(shop("A", 10), territories=home)
    book.write_name("plan_start", serial_of(DAY(2026, 6, 1)))
    planned(book, cycle_weeks="1")
    # the week from Monday the 1st of June; Thursday is Corpus Christi, which Berlin has not
    assert set(book.column("rep_hours", "available_days")) == {days}


# What finds no place


@pytest.mark.parametrize(
    ("change", "reason", "code", "column"),
    [
        pytest.param({"latitude": None}, "no_coordinates", "W-FIELD-NO-PLACE", "latitude", id="missing"),
        pytest.param({"latitude": 0, "longitude": 0}, "zero_coordinates", "W-FIELD-ZERO", "latitude", id="zero"),
        pytest.param({"rep": None}, "no_rep", "W-FIELD-NO-REP", "rep", id="nobody looks after"),
    ],
)
def test_a_customer_that_nobody_can_plan_is_unserved_and_told_of_at_the_cell(
    change: Row, reason: str, code: str, column: str
) -> None:
    book = field_plan(shop("A", 10), {**shop("X", 20, "Key"), **change})
    outcome = planned(book)
    assert codes(outcome) == [(code, book.place("customers", 1, column))]
    assert unserved(book) == [(change.get("rep", "Ana"), "X", 2, reason)]
    assert (outcome.numbers["visits_planned"], outcome.numbers["visits_routed"]) == (3, 1)


def test_swapped_coordinates_are_unserved_and_told_of() -> None:
    # Paris, with one of its shops at 2.3 north, 48.8 east
    paris = [{**shop(f"P{number}", 0), "latitude": 48.8, "longitude": 2.3 + number / 100} for number in range(9)]
    book = field_plan(*paris, {**shop("X", 0), "latitude": 2.3, "longitude": 48.8}, team=[{"rep": "Ana"}])
    outcome = planned(book)
    assert unserved(book) == [("Ana", "X", 1, "swapped_coordinates")]
    assert ("W-FIELD-SWAPPED", book.place("customers", 9, "latitude")) in codes(outcome)


@pytest.mark.parametrize(
    ("visits", "minutes", "reason"),
    [
        pytest.param(1, 500, "longer_than_a_day", id="500 minutes in a day of 480"),
        pytest.param(5, 30, "more_visits_than_days", id="five visits in the four days of the first week of January"),
        pytest.param(4, 470, "no_day_left", id="four days of visits beside another"),
    ],
)
def test_what_the_days_do_not_hold_is_unserved_with_its_reason(visits: int, minutes: int, reason: str) -> None:
    # Friday the 2nd, Monday the 5th to Wednesday the 7th
    policy = [{"segment": "Small", "visits": visits, "minutes": minutes}]
    book = field_plan(shop("A", 1), shop("B", 2), visit_policy=policy)
    outcome = planned(book, cycle_weeks="1")
    assert {why for *_, why in unserved(book)} == {reason}
    assert sum(count for _, _, count, _ in unserved(book)) == outcome.numbers["visits_unserved"]


# Refusals


def test_customers_without_a_segment_or_a_policy_are_all_named() -> None:
    segments = ("Small", None, "Gold", None, "Gold")
    named = [shop(label, 10, segment) for label, segment in zip("ABCDE", segments, strict=True)]
    book = field_plan(*named, visit_policy=POLICY)
    problems = refused(book, "plan_routes")
    assert places(problems) == [
        ("E-FIELD-NO-SEGMENT", book.place("customers", 1, "segment")),
        ("E-FIELD-NO-SEGMENT", book.place("customers", 3, "segment")),
        ("E-FIELD-NO-POLICY", book.place("visit_policy", -1, "segment")),
        ("W-FIELD-POLICY-UNUSED", book.place("visit_policy", 0, "segment")),
        ("W-FIELD-POLICY-UNUSED", book.place("visit_policy", 2, "segment")),
    ]
    assert "Gold" in problems[2].found
    assert "2 customers" in problems[2].found


def test_a_plan_that_was_never_segmented_is_told_so_once() -> None:
    book = field_plan(shop("A", 10, None), shop("B", 20, None))
    assert places(refused(book, "plan_routes")) == [("E-FIELD-NOT-SEGMENTED", book.place("customers", -1, "segment"))]


def test_a_plan_without_customers_is_told_so() -> None:
    book = field_plan()
    assert places(refused(book, "plan_routes")) == [("E-FIELD-NOBODY", book.place("customers", -1, "customer"))]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [pytest.param(48, None, id="half"), pytest.param(None, 2, id="the other half"), pytest.param(0, 0, id="zero")],
)
def test_a_base_that_is_no_place_is_refused(latitude: object, longitude: object) -> None:
    base = {"rep": "Ana", "home_territory": "North", "base_latitude": latitude, "base_longitude": longitude}
    book = field_plan(shop("A", 10), team=[base])
    assert places(refused(book, "plan_routes")) == [("E-FIELD-BASE", book.place("team", 0, "base_latitude"))]


def test_a_country_without_known_holidays_is_refused_at_its_cell() -> None:
    book = field_plan(shop("A", 10), territories=[{"territory": "North", "country": "Atlantis"}])
    assert places(refused(book, "plan_routes")) == [("E-FIELD-COUNTRY", book.place("territories", 0, "country"))]
    book = field_plan(shop("A", 10), territories=[{"territory": "North", "country": "US", "subdivision": "XX"}])
    assert places(refused(book, "plan_routes")) == [("E-FIELD-COUNTRY", book.place("territories", 0, "subdivision"))]


def test_a_day_that_goes_beyond_midnight_is_refused() -> None:
    (problem,) = refused(field_plan(shop("A", 10)), "plan_routes", day_start="17:00")
    assert (problem.code, problem.sheet) == ("E-FIELD-MIDNIGHT", "7 Field work")
    assert "17:00" in problem.found
    planned(field_plan(shop("A", 10)), day_start="16:00")


def test_a_start_that_is_no_time_is_refused() -> None:
    (problem,) = refused(field_plan(shop("A", 10)), "plan_routes", day_start="8.30pm")
    assert problem.code == "E-OPTION-VALUE"
    assert "such as 8:30" in problem.expected


# Laws


SOME = (
    [shop(f"N{number}", 30 * number, "Key") for number in range(4)]
    + [shop(f"S{number:02}", -70 * number, ["Small", "Phone"][number % 2], "Ben") for number in range(12)]
    + [{**shop("X", 0), "longitude": None}, shop("Y", 5, "Key", None), shop("Z", 9000, "Key")]
)


def test_the_order_of_rows_changes_nothing() -> None:
    book, shuffled = field_plan(*SOME), field_plan(*SOME)
    shuffled.reorder("customers", list(range(len(SOME)))[::-1])
    shuffled.reorder("team", [1, 0])
    shuffled.reorder("visit_policy", [2, 0, 1])
    planned(book)
    planned(shuffled)
    written = ("visits", "routes", "unserved", "rep_hours")
    assert [book.state()[table] for table in written] == [shuffled.state()[table] for table in written]


def test_doing_it_again_changes_nothing() -> None:
    book = field_plan(*SOME)
    planned(book)
    assert not planned(book).tables


def test_other_names_in_the_same_order_give_the_same_plan() -> None:
    book, renamed = field_plan(*SOME), field_plan(*({**one, "customer": f"Kunde {one['customer']}"} for one in SOME))
    planned(book)
    planned(renamed)
    columns = ("rep", "date", "tour", "stop", "kind", "name", "arrive", "depart", "travel_minutes", "km", "night")
    assert stops(book, *columns) == stops(renamed, *columns)


def test_undo_takes_it_back() -> None:
    book = field_plan(*SOME)
    before = book.state()
    planned(book)
    assert book.state() != before
    run(book, "undo")
    after = book.state()
    assert {table: after[table] for table in ("visits", "routes", "unserved", "rep_hours")} == {
        table: before[table] for table in ("visits", "routes", "unserved", "rep_hours")
    }


def test_it_can_be_handed_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(ACTIONS["plan_routes"])).id == "plan_routes"  # noqa: S301 - made here


customers = st.tuples(
    st.integers(-1500, 1500), st.sampled_from(["Key", "Small", "Phone"]), st.sampled_from(["Ana", "Ben", None])
)


@given(st.lists(customers, min_size=1, max_size=15), st.sampled_from(["yes", "no"]), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_every_visit_is_on_one_route_or_unserved(drawn: list[tuple[int, str, Any]], nights: str, weeks: int) -> None:
    book = field_plan(*(shop(f"C{number:02}", *one) for number, one in enumerate(drawn)))
    outcome = planned(book, nights_away=nights, cycle_weeks=str(weeks))
    visits, routes = book.frame("visits"), book.frame("routes")
    often = {"Key": 2, "Small": 1}
    assert dict(zip(visits["customer"], visits["planned"], strict=True)) == {
        f"C{number:02}": often[segment] for number, (_, segment, _) in enumerate(drawn) if segment != "Phone"
    }
    made = Counter(customer for customer in routes["customer"] if customer is not None)
    left = Counter[str]()
    for _, customer, count, _ in unserved(book):
        left[customer] += count
    for row in visits.to_dict("records"):
        assert (row["routed"], row["unserved"]) == (made[row["customer"]], left[row["customer"]])
        assert row["routed"] + row["unserved"] == row["planned"]
    for _, day in routes.groupby(["rep", "date"]):
        spent = day["travel_minutes"].sum() + day["visit_minutes"].sum()
        assert abs(day["arrive"].iloc[-1] * 1440 - 480 - spent) < 1e-6
        assert spent < 480 + 1e-2
    assert outcome.numbers["nights"] == 0 or nights == "yes"
