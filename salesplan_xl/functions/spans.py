"""Spans of days as people type them, first and last day included, on their way to core, which excludes the end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.core.calendar import working_days
from salesplan_xl.core.errors import WrongDatesError
from salesplan_xl.functions.errors import CellError

Days = NDArray[np.datetime64]


def working_days_through(
    start: Days, finish: Days, country: str | None, subdivision: str | None, week: str
) -> NDArray[Any]:
    """
    Count the working days of spans, both ends included.

    Parameters
    ----------
    start, finish : ndarray of datetime64[D], same shape
        First and last day of each span; NaT in both where there is no span.
    country, subdivision : str or None
        Whose public holidays are no working days; see `salesplan_xl.core.calendar.working_days`. None for none.
    week : str
        Seven digits, Monday first, 1 for a working day.

    Returns
    -------
    ndarray of float64, shape of `start`
        Working days; NaN where there is no span.

    Raises
    ------
    WrongDatesError
        If one of the two days is missing, or a span ends before it starts.
    CellError
        ``#VALUE!`` if there is a subdivision but no country.
    PlanError
        What `salesplan_xl.core.calendar.working_days` refuses.

    Examples
    --------
    >>> days = np.array(["2026-01-01", "2026-01-05"], dtype="datetime64[D]")
    >>> working_days_through(days, days + 4, None, None, "1111100").tolist()
    [3.0, 5.0]
    """
    if subdivision is not None and country is None:
        raise CellError("#VALUE!", "a subdivision needs its country")
    spans = ~(np.isnat(start) & np.isnat(finish))
    first, last = start[spans], finish[spans]
    wrong = np.isnat(first) | np.isnat(last) | (last < first)
    if wrong.any():
        raise WrongDatesError(_shown(first[wrong][0]), _shown(last[wrong][0]))
    counts = np.full(start.shape, np.nan)
    counts[spans] = working_days(first, last + 1, country=country, subdivision=subdivision, week=week)
    return counts


def _shown(day: np.datetime64) -> str:
    """Write a day, or that it is blank."""
    return "a blank" if np.isnat(day) else str(day)
