"""Refusals of field work: legs nothing can be learned from, days that hold too much."""

from dataclasses import dataclass

from salesplan_xl.core.errors.base import PlanError
from salesplan_xl.core.errors.wording import clock, listed


@dataclass(eq=False)
class TooFewLegsError(PlanError):
    """
    Too few observed legs to fit travel times to.

    Parameters
    ----------
    found : int
        How many legs of some length there are.
    needed : int
        How many are needed.
    """

    found: int
    needed: int

    def __str__(self) -> str:
        return f"There are {self.found} legs to learn travel times from; record at least {self.needed}."


@dataclass(eq=False)
class NotTravelTimesError(PlanError):
    """Observed legs whose minutes do not grow with their length."""

    def __str__(self) -> str:
        return "The minutes of the legs do not grow with their length; check the two columns."


@dataclass(eq=False)
class TooManyStopsError(PlanError):
    """
    More stops than a day's route can be worked out for.

    Parameters
    ----------
    stops : int
        How many stops there are, the base not counted.
    limit : int
        How many there may be.
    because : str, default ""
        What sets the limit, as half a sentence such as "with appointments".
    """

    stops: int
    limit: int
    because: str = ""

    def __str__(self) -> str:
        limit = " ".join(part for part in (f"at most {self.limit} are possible", self.because) if part)
        return f"There are {self.stops} stops and {limit}; spread them over more days."


@dataclass(eq=False)
class AppointmentError(PlanError):
    """
    An appointment that no order of the visits can keep.

    Parameters
    ----------
    stop : str
        Name of the stop, or of the base where the day ends too late.
    opens, closes : float
        Its window, in minutes from midnight; infinite where it has no limit.
    earliest : float
        When it can be reached at the earliest, in minutes from midnight.
    beside : tuple of str, default ()
        Stops that are visited before it then; none if it is missed even as the only visit. Any of them could be
        visited in time without one of the others.
    """

    stop: str
    opens: float
    closes: float
    earliest: float
    beside: tuple[str, ...] = ()

    def __str__(self) -> str:
        opens = f"from {clock(self.opens)} " if self.opens > 0 else ""
        window = f"{self.stop} takes visits {opens}until {clock(self.closes)}"
        if not self.beside:
            return f"{window} but cannot be reached before {clock(self.earliest)}; start earlier or move it."
        return (
            f"{window} but after {listed(self.beside)} cannot be reached before {clock(self.earliest)}; "
            "move an appointment or leave one out."
        )
