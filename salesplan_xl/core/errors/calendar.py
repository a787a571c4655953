"""Refusals of the calendar: places and years without known holidays, spans and weeks that are none."""

from dataclasses import dataclass

from salesplan_xl.core.errors.base import PlanError


@dataclass(eq=False)
class UnknownPlaceError(PlanError):
    """
    A country or subdivision without a holiday calendar.

    Parameters
    ----------
    what : str
        "country" or "subdivision".
    found : str
        What was given.
    hint : str
        What can be given instead, as half a sentence.
    """

    what: str
    found: str
    hint: str

    def __str__(self) -> str:
        return f"There is no holiday calendar for the {self.what} {self.found!r}; {self.hint}."


@dataclass(eq=False)
class UnknownYearError(PlanError):
    """
    A year for which the holidays of a country are not known.

    Parameters
    ----------
    country : str
        ISO code of the country.
    year : int
        The first such year.
    """

    country: str
    year: int

    def __str__(self) -> str:
        return f"The holidays of {self.country} are not known for {self.year}; choose other days or leave it out."


@dataclass(eq=False)
class WrongWeekError(PlanError):
    """
    A week that does not say which of seven days are worked, or what they weigh.

    Parameters
    ----------
    week : object
        What was given as the week.
    weights : bool, default False
        Whether days may weigh more than one another.
    """

    week: object
    weights: bool = False

    def __str__(self) -> str:
        wanted = "digits, or seven numbers of zero or more," if self.weights else "digits of 0 and 1"
        more = ", or 1.2 1 1 1 0.8 0 0 where some weigh more" if self.weights else ""
        return (
            f"The week {self.week!r} is not seven {wanted} with a working day; "
            f"write 1111100 for Monday to Friday{more}."
        )


@dataclass(eq=False)
class WrongDatesError(PlanError):
    """
    A span that ends before it starts, or a missing date.

    Parameters
    ----------
    start : str
        First day of the span, or what stands in its place.
    end : str
        End of the span, or what stands in its place.
    """

    start: str
    end: str

    def __str__(self) -> str:
        return f"The span from {self.start} to {self.end} is not one; give both dates, the earlier one first."


@dataclass(eq=False)
class WrongWeekPatternError(PlanError):
    """
    A pattern of weeks that does not fill a quarter.

    Parameters
    ----------
    pattern : object
        What was given as the pattern.
    """

    pattern: object

    def __str__(self) -> str:
        return f"The weeks {self.pattern!r} are not three months of a 13-week quarter; write 4-4-5, 4-5-4 or 5-4-4."


@dataclass(eq=False)
class MissingMonthsError(PlanError):
    """
    Calendar months of which nothing is known.

    Parameters
    ----------
    months : tuple of str
        Their numbers, such as "03" for March.
    """

    months: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"The dates do not reach the months {', '.join(self.months)}, so their season is not known; "
            "give at least twelve months of history."
        )


@dataclass(eq=False)
class SpansDisagreeError(PlanError):
    """
    Periods that amounts cannot be carried over to, since they do not cover the same days.

    Parameters
    ----------
    start, end : str
        First day that is not covered, and the day after the last.
    """

    start: str
    end: str

    def __str__(self) -> str:
        return (
            f"The days from {self.start} to {self.end} (exclusive) are in no period amounts are carried over to; "
            "choose periods that cover them."
        )
