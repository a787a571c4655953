"""
Periods of fiscal years: half-years, quarters, months, weeks and days that follow each other without a gap.

Two calendars: one of months, whose year starts in any month, and one of weeks, whose year has 52 or 53 of them and
whose months have 4 or 5 (4-4-5). A fiscal year bears the number of the calendar year it ends in. Starts are included,
ends are not.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.errors import (
    OutOfRangeError,
    SpansDisagreeError,
    WrongDatesError,
    WrongShapeError,
    WrongWeekPatternError,
)
from salesplan_xl.core.spreading import spread
from salesplan_xl.core.spreading.cells import Cells, check_choice, read_amounts

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Kind = Literal["year", "half", "quarter", "month", "week", "day"]
"""What the periods of a plan are."""

_WEEK = 7
_WEEKS_OF_YEAR = 52
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
# The first of January 1970, day 0, was a Thursday; Monday is 0.
_EPOCH_WEEKDAY = 3
_FIRST_YEAR, _LAST_YEAR = 1900, 9998


@dataclass(frozen=True)
class Periods:
    """
    Periods that follow each other without a gap.

    Parameters
    ----------
    names : tuple of str
        One short name a period that is the same in every language, such as "2026-Q1".
    borders : ndarray of datetime64[D], shape (periods + 1,)
        First day of each period, and the day after the last.
    """

    names: tuple[str, ...]
    borders: Days

    def __len__(self) -> int:
        return len(self.names)

    @property
    def starts(self) -> Days:
        """First day of each period."""
        return self.borders[:-1]

    @property
    def ends(self) -> Days:
        """Day after the last of each period."""
        return self.borders[1:]

    @property
    def days(self) -> Integers:
        """Days of each period."""
        return np.diff(self.borders).astype(np.int64)


class Calendar(Protocol):
    """What both calendars do: cut a fiscal year into periods."""

    def periods(self, year: int, kind: Kind) -> Periods:
        """Return the periods of a fiscal year."""


@dataclass(frozen=True)
class MonthCalendar:
    """
    A calendar whose fiscal years are twelve months from any first month.

    Parameters
    ----------
    first_month : int, default 1
        Month the year starts in, 1 to 12.
    """

    first_month: int = 1

    def __post_init__(self) -> None:
        """Refuse a month there is not."""
        if self.first_month not in range(1, MONTHS_OF_YEAR + 1):
            raise OutOfRangeError("first month of the year", self.first_month, "from 1 to 12")

    def periods(self, year: int, kind: Kind) -> Periods:
        """
        Return the periods of a fiscal year.

        Parameters
        ----------
        year : int
            The calendar year the fiscal year ends in.
        kind : {"year", "half", "quarter", "month", "week", "day"}
            What the periods are. Weeks are ISO weeks from Monday; the first and the last are cut where the year
            starts and ends.

        Returns
        -------
        Periods
            Named like 2026, 2026-H1, 2026-Q1, 2026-01 (the calendar month), 2026-W01 (the ISO week),
            2026-01-31.

        Raises
        ------
        OutOfRangeError
            If the year is not from 1900 to 9998.
        WrongChoiceError
            If there is no such kind.

        Examples
        --------
        >>> quarters = MonthCalendar(first_month=7).periods(2026, "quarter")
        >>> quarters.names, str(quarters.borders[0])
        (('2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'), '2025-07-01')
        """
        _check_year(year)
        check_choice("kind of period", kind, get_args(Kind))
        first = np.datetime64(f"{year - (self.first_month > 1):04d}-{self.first_month:02d}", "M")
        if kind in ("week", "day"):
            return cut((first, first + MONTHS_OF_YEAR), kind)
        months = _MONTHS[kind]
        borders = (first + np.arange(0, MONTHS_OF_YEAR + 1, months)).astype("datetime64[D]")
        if kind == "month":
            return Periods(tuple(str(border)[:7] for border in borders[:-1]), borders)
        return Periods(_numbered(year, kind, len(borders) - 1), borders)


@dataclass(frozen=True)
class WeekCalendar:
    """
    A calendar whose fiscal years are whole weeks, 52 or 53, in quarters of 13 (one of them of 14).

    Parameters
    ----------
    last_month : int, default 12
        Month whose end the year ends by, 1 to 12.
    weekday : int, default 5
        Weekday of the year's last day, Monday = 0; 5 is Saturday.
    ending : {"last", "nearest"}, default "last"
        Whether the year ends on the last such weekday of the month, or on the one nearest to the end of the month
        (up to three days into the next).
    pattern : {"4-4-5", "4-5-4", "5-4-4"}, default "4-4-5"
        Weeks of the three months of a quarter.
    long_quarter : int, default 4
        Quarter that gets the 53rd week, 1 to 4; its last month does.

    Notes
    -----
    The two rules are those of US Internal Revenue Code section 441(f). The year is the calendar year of the month
    it ends by, also where the nearest weekday is in the next January.
    """

    last_month: int = 12
    weekday: int = 5
    ending: Literal["last", "nearest"] = "last"
    pattern: str = "4-4-5"
    long_quarter: int = 4

    def __post_init__(self) -> None:
        """Refuse a calendar there is not."""
        if self.last_month not in range(1, MONTHS_OF_YEAR + 1):
            raise OutOfRangeError("last month of the year", self.last_month, "from 1 to 12")
        if self.weekday not in range(_WEEK):
            raise OutOfRangeError("weekday", self.weekday, "from 0 (Monday) to 6 (Sunday)")
        if self.long_quarter not in range(1, 5):
            raise OutOfRangeError("quarter of the 53rd week", self.long_quarter, "from 1 to 4")
        check_choice("rule for the end of the year", self.ending, ("last", "nearest"))
        if self.pattern not in ("4-4-5", "4-5-4", "5-4-4"):
            raise WrongWeekPatternError(self.pattern)

    def year(self, year: int) -> tuple[dt.date, dt.date]:
        """
        Return the span of a fiscal year.

        Parameters
        ----------
        year : int
            The calendar year of the month it ends by.

        Returns
        -------
        start, end : date
            First day, and the day after the last.

        Raises
        ------
        OutOfRangeError
            If the year is not from 1900 to 9998.

        Examples
        --------
        The last Saturday of January 2027 is the 30th.

        >>> WeekCalendar(last_month=1).year(2027)
        (datetime.date(2026, 2, 1), datetime.date(2027, 1, 31))
        """
        _check_year(year)
        return self._end(year - 1), self._end(year)

    def periods(self, year: int, kind: Kind) -> Periods:
        """
        Return the periods of a fiscal year.

        Parameters
        ----------
        year : int
            The calendar year of the month it ends by.
        kind : {"year", "half", "quarter", "month", "week", "day"}
            What the periods are. Months have 4 or 5 weeks (one may have 6 in a year of 53).

        Returns
        -------
        Periods
            Named like 2026, 2026-H1, 2026-Q1, 2026-P01 (the month of 4 or 5 weeks), 2026-W01 (the week of the
            fiscal year), 2026-01-31.

        Raises
        ------
        OutOfRangeError
            If the year is not from 1900 to 9998.
        WrongChoiceError
            If there is no such kind.

        Examples
        --------
        >>> months = WeekCalendar(last_month=1).periods(2027, "month")
        >>> (months.days // 7).tolist()
        [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5]
        """
        check_choice("kind of period", kind, get_args(Kind))
        start, end = self.year(year)
        if kind == "day":
            return cut((np.datetime64(start), np.datetime64(end)), kind)
        weeks = (end - start).days // _WEEK
        months = np.tile([int(part) for part in self.pattern.split("-")], 4)
        if weeks > _WEEKS_OF_YEAR:
            months[3 * self.long_quarter - 1] += 1
        lengths = {
            "year": np.array([weeks]),
            "half": months.reshape(2, 6).sum(axis=1),
            "quarter": months.reshape(4, 3).sum(axis=1),
            "month": months,
            "week": np.ones(weeks, dtype=np.int64),
        }[kind]
        borders = np.datetime64(start) + _WEEK * np.concatenate([[0], np.cumsum(lengths)])
        return Periods(_numbered(year, kind, len(lengths)), borders)

    def _end(self, year: int) -> dt.date:
        """Return the day after the last of a fiscal year."""
        after = np.datetime64(f"{year:04d}-{self.last_month:02d}", "M") + 1
        last = after.astype("datetime64[D]") - 1
        back = (int(last.astype(np.int64)) + _EPOCH_WEEKDAY - self.weekday) % _WEEK
        if self.ending == "nearest" and back > _WEEK // 2:
            back -= _WEEK
        end: dt.date = (last - back + 1).astype(dt.date)
        return end


def cut(span: tuple[np.datetime64 | dt.date, np.datetime64 | dt.date], kind: Kind) -> Periods:
    """
    Cut any span at the borders of calendar periods.

    Parameters
    ----------
    span : tuple of two dates
        First day, and the day after the last.
    kind : {"year", "half", "quarter", "month", "week", "day"}
        Calendar periods; weeks are ISO weeks from Monday. The first and the last are cut where the span starts and
        ends.

    Returns
    -------
    Periods
        Named like 2026, 2026-H1, 2026-Q1, 2026-01, 2026-W01 (the ISO week), 2026-01-31.

    Raises
    ------
    WrongDatesError
        If a date is missing or the span ends before it starts.
    WrongChoiceError
        If there is no such kind.

    Examples
    --------
    The first of January 2026 is a Thursday.

    >>> weeks = cut((dt.date(2026, 1, 1), dt.date(2026, 2, 1)), "week")
    >>> weeks.names, weeks.days.tolist()
    (('2026-W01', '2026-W02', '2026-W03', '2026-W04', '2026-W05'), [4, 7, 7, 7, 6])
    """
    check_choice("kind of period", kind, get_args(Kind))
    first, last = np.array(span, dtype="datetime64[D]")
    if np.isnat(first) or np.isnat(last) or last < first:
        raise WrongDatesError(str(first), str(last))
    if kind == "day":
        inner = np.arange(first + 1, last)
    elif kind == "week":
        monday = first + (-(int(first.astype(np.int64)) + _EPOCH_WEEKDAY) % _WEEK or _WEEK)
        inner = np.arange(monday, last, _WEEK)
    else:
        step = _MONTHS[kind]
        month = int(np.datetime64(first, "M").astype(np.int64)) // step * step
        starts = np.arange(month, int(np.datetime64(last, "M").astype(np.int64)) + 1, step)
        all_starts = starts.astype("datetime64[M]").astype("datetime64[D]")
        inner = all_starts[(all_starts > first) & (all_starts < last)]
    borders = np.concatenate([[first], inner, [last]]) if last > first else np.array([first])
    return Periods(tuple(_name(day, kind) for day in borders[:-1].tolist()), borders)


def covering(calendar: Calendar, span: tuple[np.datetime64 | dt.date, np.datetime64 | dt.date], kind: Kind) -> Periods:
    """
    Return the periods of a calendar's fiscal years that cover any span.

    Parameters
    ----------
    calendar : MonthCalendar or WeekCalendar
        The calendar.
    span : tuple of two dates
        First day, and the day after the last.
    kind : {"year", "half", "quarter", "month", "week", "day"}
        What the periods are. The first and the last are cut where the span starts and ends.

    Returns
    -------
    Periods
        Named as in their fiscal years.

    Raises
    ------
    WrongDatesError
        If a date is missing or the span ends before it starts.
    OutOfRangeError, WrongChoiceError
        If a fiscal year is not from 1900 to 9998, or there is no such kind.

    Examples
    --------
    A fiscal year that ends on the last Saturday of June 2020, the 27th, leaves the rest of the month to the next one.

    >>> june = (dt.date(2020, 6, 14), dt.date(2020, 7, 1))
    >>> weeks = covering(WeekCalendar(last_month=6), june, "week")
    >>> weeks.names, weeks.days.tolist()
    (('2020-W51', '2020-W52', '2021-W01'), [7, 7, 3])
    """
    first, last = np.array(span, dtype="datetime64[D]")
    if np.isnat(first) or np.isnat(last) or last < first:
        raise WrongDatesError(str(first), str(last))
    years = range(first.item().year - 1, last.item().year + 2)
    parts = [calendar.periods(year, kind) for year in years]
    names = [name for part in parts for name in part.names]
    starts = np.concatenate([part.starts for part in parts])
    ends = np.concatenate([part.ends for part in parts])
    inside = (starts < last) & (ends > first)
    borders = np.concatenate([np.maximum(starts[inside], first), [last]])
    return Periods(tuple(name for name, meets in zip(names, inside, strict=True) if meets), borders)


def shared_days(one: Periods, other: Periods, weights: ArrayLike | None = None) -> Floats:
    """
    Return how many days, or how much weight of days, each period of one row has in common with each of another.

    Parameters
    ----------
    one, other : Periods
        Any two rows of periods, such as months and weeks.
    weights : array_like of float, optional
        What each day weighs, from the first day of `one` to its last; see `calendar.day_weights`. By default
        every day weighs 1.

    Returns
    -------
    ndarray of float64, shape (len(one), len(other))
        Zero where two periods have no day in common.

    Raises
    ------
    WrongShapeError
        If there is not one weight for each day of `one`.

    Examples
    --------
    >>> span = (dt.date(2026, 1, 1), dt.date(2026, 2, 8))
    >>> shared_days(cut(span, "month"), cut(span, "week")).tolist()
    [[4.0, 7.0, 7.0, 7.0, 6.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0, 6.0]]
    """
    first = one.borders[0]
    count = int(one.days.sum())
    sizes = np.ones(count) if weights is None else np.asarray(weights, np.float64)
    if sizes.shape != (count,):
        raise WrongShapeError("weights of days", sizes.shape, (count,))
    days = first + np.arange(count)
    row = np.searchsorted(one.borders, days, side="right") - 1
    column = np.searchsorted(other.borders, days, side="right") - 1
    inside = (column >= 0) & (column < len(other))
    table = np.zeros((len(one), len(other)))
    np.add.at(table, (row[inside], column[inside]), sizes[inside])
    return table


def carry_over(amounts: Cells, source: Periods, target: Periods, *, weights: ArrayLike | None = None) -> Integers:
    """
    Carry amounts of periods over to periods that cross them, such as months to weeks, by days.

    Parameters
    ----------
    amounts : array_like, shape (len(source),)
        Amounts in the smallest unit.
    source, target : Periods
        The periods the amounts are of, and those they go to, which must cover every day of the former.
    weights : array_like of float, optional
        What each day weighs, from the first day of `source` to its last; see `calendar.day_weights`. By default
        every day weighs 1.

    Returns
    -------
    ndarray of int64, shape (len(source), len(target))
        What goes from where to where: each row adds up to its amount exactly, by largest remainder; the sum of a
        column is what a target gets. A period with an amount whose days weigh nothing shares it by plain days.

    Raises
    ------
    SpansDisagreeError
        If a day of `source` is in no period of `target`.
    WrongShapeError, NotAnAmountError, NotWholeUnitsError, AmountTooLargeError
        If an input cannot be read.

    Notes
    -----
    As frePPLe breaks a forecast into buckets: by weight times days.

    Examples
    --------
    310 for January is 10 a day, 280 for February too.

    >>> span = (dt.date(2027, 1, 1), dt.date(2027, 3, 1))
    >>> months, weeks = cut(span, "month"), cut(span, "week")
    >>> carry_over([310, 280], months, weeks).sum(axis=0).tolist()
    [30, 70, 70, 70, 70, 70, 70, 70, 70]
    """
    values = read_amounts(amounts)
    if values.shape != (len(source),):
        raise WrongShapeError("amounts", values.shape, (len(source),))
    first, last = source.borders[0], source.borders[-1]
    if first < target.borders[0]:
        raise SpansDisagreeError(str(first), str(min(last, target.borders[0])))
    if last > target.borders[-1]:
        raise SpansDisagreeError(str(max(first, target.borders[-1])), str(last))
    days = shared_days(source, target)
    sizes = days if weights is None else shared_days(source, target, weights)
    sizes = np.where(sizes.any(axis=1, keepdims=True), sizes, days)
    table = np.zeros(sizes.shape, dtype=np.int64)
    for row, amount in enumerate(values.tolist()):
        met = np.flatnonzero(sizes[row])
        table[row, met] = spread(amount, sizes[row, met])
    return table


def _check_year(year: int) -> None:
    """Refuse a year no plan is made for."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise OutOfRangeError("fiscal year", year, f"from {_FIRST_YEAR} to {_LAST_YEAR}")


def _numbered(year: int, kind: Kind, count: int) -> tuple[str, ...]:
    """Return the names of the periods of a fiscal year that are counted from its start."""
    if kind == "year":
        return (f"{year:04d}",)
    pattern = {"half": "{}-H{}", "quarter": "{}-Q{}", "month": "{}-P{:02d}", "week": "{}-W{:02d}"}[kind]
    return tuple(pattern.format(f"{year:04d}", place + 1) for place in range(count))


def _name(day: dt.date, kind: Kind) -> str:
    """Return the name of the calendar period a day is in."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if kind == "day":
        return day.isoformat()
    place = (day.month - 1) // _MONTHS[kind] + 1
    return {
        "year": f"{day.year:04d}",
        "half": f"{day.year:04d}-H{place}",
        "quarter": f"{day.year:04d}-Q{place}",
        "month": f"{day.year:04d}-{place:02d}",
    }[kind]
