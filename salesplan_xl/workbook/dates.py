"""Dates and the serial numbers that cells hold for them, in the 1900 date system."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

LAST_SERIAL = 2_958_465
"""Serial number of 31 December 9999."""

EARLIEST, LATEST = date(1900, 3, 1), date(9999, 12, 31)
"""The dates a plan takes; before March 1900 the 1900 date system and the calendar differ."""

_EPOCH = date(1899, 12, 30)
_EPOCH64 = np.datetime64(_EPOCH, "D")
_NO_SUCH_DAY = 60
"""Serial number of 29 February 1900, a day that the 1900 date system has and the calendar has not."""


def serial_of(day: date) -> float:
    """
    Give the serial number of a date in the 1900 date system.

    Parameters
    ----------
    day : date
        From 1 January 1900 on. A `datetime` counts with its time of day.

    Returns
    -------
    float
        Days since 30 December 1899; before March 1900 one day less, as spreadsheets of that system count.

    Examples
    --------
    >>> serial_of(date(2026, 1, 1))
    46023.0
    """
    whole = day.date() if isinstance(day, datetime) else day
    count = float((whole - _EPOCH).days)
    if isinstance(day, datetime):
        count += (day.replace(tzinfo=None) - datetime.combine(whole, datetime.min.time())) / timedelta(days=1)
    return count if count > _NO_SUCH_DAY else count - 1


def day_of(serial: float) -> date:
    """
    Give the date of a serial number of the 1900 date system.

    Parameters
    ----------
    serial : float
        Serial number; a part of a day is dropped.

    Returns
    -------
    date
        The day.

    Raises
    ------
    ValueError
        If there is no such day: below 1, beyond the year 9999, or 60 (29 February 1900).

    Examples
    --------
    >>> day_of(46023.75)
    datetime.date(2026, 1, 1)
    """
    if not 1 <= serial < LAST_SERIAL + 1 or int(serial) == _NO_SUCH_DAY:
        raise ValueError(f"{serial:.15g} is the serial number of no day")
    whole = int(serial)
    return _EPOCH + timedelta(days=whole if whole > _NO_SUCH_DAY else whole + 1)


def serials_of(days: np.ndarray) -> np.ndarray:
    """
    Give the serial numbers of many dates, as `serial_of` gives one.

    Parameters
    ----------
    days : ndarray of datetime64[D]
        The dates; NaT for a blank.

    Returns
    -------
    ndarray of float
        Their serial numbers; NaN for a blank.

    Examples
    --------
    >>> serials_of(np.array(["1900-01-05", "2026-01-01", "NaT"], "datetime64[D]"))
    array([5.0000e+00, 4.6023e+04,        nan])
    """
    counts = (days - _EPOCH64).astype(float)
    counts[np.isnat(days)] = np.nan
    counts[counts <= _NO_SUCH_DAY] -= 1
    return counts


def days_of(serials: np.ndarray) -> np.ndarray:
    """
    Give the dates of many serial numbers.

    Parameters
    ----------
    serials : ndarray of float
        Serial numbers; a part of a day is dropped.

    Returns
    -------
    ndarray of datetime64[D]
        The dates, from `EARLIEST` to `LATEST`; NaT for a serial number outside of these, and for NaN.

    Examples
    --------
    >>> days_of(np.array([46023.75, 5.0]))
    array(['2026-01-01',        'NaT'], dtype='datetime64[D]')
    """
    days = np.full(len(serials), np.datetime64("NaT", "D"))
    known = (serials >= serial_of(EARLIEST)) & (serials < LAST_SERIAL + 1)
    days[known] = _EPOCH64 + serials[known].astype(np.int64)
    return days
