"""What the field work of a rep is made of: customers to visit and rules of the road in, days with their visits out."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a visit is not planned."""

    NO_COORDINATES = "no coordinates"
    LONGER_THAN_A_DAY = "longer than a day"
    MORE_VISITS_THAN_DAYS = "more visits than days"
    TOO_FAR = "further than the longest tour"
    NO_DAY_LEFT = "no day left"


@dataclass(frozen=True)
class FieldCustomer:
    """
    A customer to be visited.

    Parameters
    ----------
    label : str
        Name, unique among the customers of a rep.
    latitude, longitude : float
        Degrees WGS84; NaN where unknown.
    visit_minutes : float
        Minutes of one visit, zero or more.
    visits : int
        Visits in the cycle, zero or more.
    """

    label: str
    latitude: float
    longitude: float
    visit_minutes: float
    visits: int


@dataclass(frozen=True)
class FieldRules:
    """
    When and how a rep works in the field.

    Parameters
    ----------
    day_minutes : float, default 480
        Longest day, from leaving to arriving where the night is spent, above zero.
    start : float, default 480
        When a day begins, in minutes from midnight.
    nights_away : bool, default True
        Whether a tour may last several days.
    longest_tour : int, default 5
        Days of the longest tour, 1 or more. A tour never goes beyond the end of a week.
    night_minutes : float, default 60
        Travel that a night away must save to be worth it, zero or more.
    """

    day_minutes: float = 480.0
    start: float = 480.0
    nights_away: bool = True
    longest_tour: int = 5
    night_minutes: float = 60.0


@dataclass(frozen=True)
class PlannedVisit:
    """
    A visit with its times.

    Parameters
    ----------
    customer : str
        Label of the customer.
    arrive, depart : float
        In minutes from midnight; between them lies the visit.
    km, minutes : float
        Travel to it on this day: from the stop before, or from where the night was spent.
    """

    customer: str
    arrive: float
    depart: float
    km: float
    minutes: float


@dataclass(frozen=True)
class Night:
    """
    A night away from the base: where the last visit was, or on the road.

    Parameters
    ----------
    customer : str or None
        The last visited; None where none was yet.
    towards : str or None
        On the way to which customer; None for the way home.
    minutes, km : float
        Driven from the one towards the other before the night; zero where it is spent at the customer's place.
    """

    customer: str | None
    towards: str | None
    minutes: float
    km: float


@dataclass(frozen=True)
class PlannedDay:
    """
    A day in the field.

    Parameters
    ----------
    day : int
        Position of the day among the days of the cycle that are available.
    tour : int
        Number of the tour, from 1, in the order of days.
    begins_at : Night or None
        Where the night before was spent; None for the base.
    ends_at : Night or None
        Where the night after is spent; None for the base.
    visits : tuple of PlannedVisit
        In order; none on a day of driving.
    start, finish : float
        When the day begins and ends, in minutes from midnight.
    km, minutes : float
        Travel of the day, the way on after the last visit included.
    """

    day: int
    tour: int
    begins_at: Night | None
    ends_at: Night | None
    visits: tuple[PlannedVisit, ...]
    start: float
    finish: float
    km: float
    minutes: float


@dataclass(frozen=True)
class Unserved:
    """
    Visits of a customer that are not planned.

    Parameters
    ----------
    customer : str
        Label of the customer.
    visits : int
        How many of its visits.
    reason : Reason
        Why.
    """

    customer: str
    visits: int
    reason: Reason


@dataclass(frozen=True)
class TourPlan:
    """
    The field work of one rep.

    Parameters
    ----------
    days : tuple of PlannedDay
        Days with field work, in order.
    unserved : tuple of Unserved
        What is not planned, by label.
    too_close : tuple of str
        Customers two of whose visits are nearer than half an even interval, by label.
    """

    days: tuple[PlannedDay, ...]
    unserved: tuple[Unserved, ...]
    too_close: tuple[str, ...]

    @property
    def km(self) -> float:
        """Road km of all days."""
        return sum(day.km for day in self.days)

    @property
    def minutes(self) -> float:
        """Minutes of travel of all days."""
        return sum(day.minutes for day in self.days)
