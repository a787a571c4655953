"""
Working days, what days weigh, and months.

Dates: the start of a span is included, its end is not. So the spans of a year follow each other
without a gap, and January is the span from the first of January to the first of February.
"""

import datetime as dt
import math
import warnings
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import (
    UnknownPlaceError,
    UnknownYearError,
    WrongDatesError,
    WrongShapeError,
    WrongWeekError,
)
from salesplan_xl.core.reading import read_at_least_zero

Days = NDArray[np.datetime64]

MONTHS_OF_YEAR = 12

_DAYS_OF_WEEK = 7
# The first of January 1970, day 0, was a Thursday; Monday is 0.
_EPOCH_WEEKDAY = 3


def working_days(
    start: ArrayLike | dt.date,
    end: ArrayLike | dt.date,
    *,
    country: str | None = None,
    subdivision: str | None = None,
    week: str = "1111100",
) -> int | NDArray[np.int64]:
    """
    Count the working days of one span or of many.

    Parameters
    ----------
    start, end : date or array_like of dates
        First day of the span, and the day after its last. Arrays are matched like numpy arrays.
    country : str, optional
        ISO code of the country whose public holidays are no working days, such as "US". By default
        there are no holidays.
    subdivision : str, optional
        State or region with holidays of its own, such as "CA".
    week : str, default "1111100"
        Seven digits, Monday first: 1 for a working day, 0 for a day off.

    Returns
    -------
    days : int or ndarray of int64
        Zero or more; an int when both `start` and `end` are single dates.

    Raises
    ------
    UnknownPlaceError
        If there is no holiday calendar for the country or the subdivision.
    UnknownYearError
        If the holidays of the country are not known for a year of a span.
    WrongWeekError
        If `week` is not seven zeros and ones with at least one 1.
    WrongDatesError
        If a date is missing or a span ends before it starts.

    Notes
    -----
    Holidays are those of the `holidays` package, with the day off in place of a holiday that falls
    on a weekend.

    Examples
    --------
    >>> working_days(dt.date(2026, 1, 1), dt.date(2027, 1, 1), country="US")
    250
    """
    if not isinstance(week, str) or len(week) != 7 or set(week) - {"0", "1"} or "1" not in week:
        raise WrongWeekError(week)
    first, last = np.broadcast_arrays(np.asarray(start, "datetime64[D]"), np.asarray(end, "datetime64[D]"))
    wrong = np.isnat(first) | np.isnat(last) | (last < first)
    if wrong.any():
        raise WrongDatesError(str(first[wrong][0]), str(last[wrong][0]))
    days_off: list[dt.date] = []
    if country is not None and first.size:
        years = range(_year(first.min()), _year(last.max() - 1) + 1)
        days_off = [day for year in years for day in _holidays(country, subdivision, year)]
    days = np.busday_count(first, last, weekmask=week, holidays=np.array(days_off, dtype="datetime64[D]"))
    return days.astype(np.int64) if np.ndim(days) else int(days)


def day_weights(
    start: dt.date,
    end: dt.date,
    *,
    weekdays: ArrayLike = (1, 1, 1, 1, 1, 1, 1),
    country: str | None = None,
    subdivision: str | None = None,
) -> NDArray[np.float64]:
    """
    Return what each day of a span weighs.

    Parameters
    ----------
    start, end : date
        First day of the span, and the day after its last.
    weekdays : array_like of float, shape (7,), default equal days
        What each weekday weighs, Monday first, zero or more; zero for a day off.
    country, subdivision : str, optional
        Whose public holidays weigh nothing; see `working_days`.

    Returns
    -------
    ndarray of float64, shape (days,)
        One weight a day.

    Raises
    ------
    WrongShapeError, OutOfRangeError
        If there are not seven weights of zero or more.
    WrongDatesError
        If a date is missing or the span ends before it starts.
    UnknownPlaceError, UnknownYearError
        If the holidays are not known.

    Examples
    --------
    Monday the 5th to Sunday the 11th; Tuesday the 6th is Epiphany.

    >>> week = [1.2, 1, 1, 1, 0.8, 0, 0]
    >>> day_weights(dt.date(2026, 1, 5), dt.date(2026, 1, 12), weekdays=week, country="ES").tolist()
    [1.2, 0.0, 1.0, 1.0, 0.8, 0.0, 0.0]
    """
    sizes = read_at_least_zero("weight of a weekday", weekdays)
    if sizes.shape != (_DAYS_OF_WEEK,):
        raise WrongShapeError("weights of weekdays", sizes.shape, (_DAYS_OF_WEEK,))
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
    if np.isnat(first) or np.isnat(last) or last < first:
        raise WrongDatesError(str(first), str(last))
    days = np.arange(first, last)
    weekday = (days.astype(np.int64) + _EPOCH_WEEKDAY) % _DAYS_OF_WEEK
    if country is None or not len(days):
        return sizes[weekday]
    years = range(_year(first), _year(last - 1) + 1)
    days_off = [day for year in years for day in _holidays(country, subdivision, year)]
    return np.where(np.isin(days, np.array(days_off, dtype="datetime64[D]")), 0.0, sizes[weekday])


def weekday_weights(week: str) -> tuple[float, ...]:
    """
    Read what the weekdays weigh.

    Parameters
    ----------
    week : str
        Seven digits, Monday first, such as "1111100"; or seven numbers with blanks between, such as
        "1.2 1 1 1 0.8 0 0". Zero is a day off. A spreadsheet takes digits for a number and drops zeros in front, so
        fewer digits lack days off at the beginning.

    Returns
    -------
    tuple of float
        One weight a weekday, as `day_weights` takes them.

    Raises
    ------
    WrongWeekError
        If it is neither, or no day is worked.

    Examples
    --------
    >>> weekday_weights("1111100")
    (1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
    >>> weekday_weights("1.2 1 1 1 0.8 0 0")
    (1.2, 1.0, 1.0, 1.0, 0.8, 0.0, 0.0)
    """
    written = week.split()
    parts = list(written[0].zfill(_DAYS_OF_WEEK)) if len(written) == 1 and written[0].isdecimal() else written
    try:
        weights = tuple(float(part) for part in parts)
    except ValueError:
        raise WrongWeekError(week, weights=True) from None
    if len(weights) != _DAYS_OF_WEEK or not all(0 <= weight < math.inf for weight in weights) or not any(weights):
        raise WrongWeekError(week, weights=True)
    return weights


def month_starts(first: dt.date, count: int) -> Days:
    """
    Return the first days of consecutive months.

    Parameters
    ----------
    first : date
        Any day of the first month.
    count : int
        How many months, zero or more. One more than the months of a plan gives its last end too.

    Returns
    -------
    starts : ndarray of datetime64[D], shape (count,)
        First day of each month.

    Examples
    --------
    >>> month_starts(dt.date(2026, 11, 15), 3)
    array(['2026-11-01', '2026-12-01', '2027-01-01'], dtype='datetime64[D]')
    """
    month = np.datetime64(first, "M")
    return (month + np.arange(count)).astype("datetime64[D]")


@cache
def _holidays(country: str, subdivision: str | None, year: int) -> tuple[dt.date, ...]:
    """Return the public holidays of one year."""
    import holidays

    code = country.strip().upper()
    supported = holidays.list_supported_countries()
    if code not in supported:
        raise UnknownPlaceError("country", country, "use a two-letter ISO code such as US, ES or CN")
    place = None if subdivision is None else _subdivision(subdivision, code, supported[code])
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # so it says that some holidays of a year are missing
        try:
            calendar = holidays.country_holidays(code, subdiv=place, years=year)
        except UserWarning:
            raise UnknownYearError(code, year) from None
    if not calendar.start_year <= year <= calendar.end_year:
        raise UnknownYearError(code, year)
    return tuple(sorted(calendar))


def _subdivision(given: str, code: str, known: list[str]) -> str:
    """Return the subdivision as the country writes it."""
    for name in known:
        if name.casefold() == given.strip().casefold():
            return name
    raise UnknownPlaceError("subdivision", given, f"{code} has {', '.join(known) or 'none'}")


def _year(day: np.datetime64) -> int:
    """Return the year of a day."""
    return int(day.astype("datetime64[Y]").astype(np.int64)) + 1970
