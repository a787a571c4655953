"""Dates and the serial numbers that cells hold for them, in the 1900 date system."""

from __future__ import annotations

from datetime import date, datetime, timedelta

LAST_SERIAL = 2_958_465
"""Serial number of 31 December 9999."""

EPOCH = date(1899, 12, 30)
"""The day that serial numbers count from, March 1900 on."""
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
    count = float((whole - EPOCH).days)
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
    return EPOCH + timedelta(days=whole if whole > _NO_SUCH_DAY else whole + 1)
