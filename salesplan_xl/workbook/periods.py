"""Periods of a plan's year as cells name them: a month by its first day, a half or a quarter by H1, H2, Q1 to Q4."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

PARTS: Mapping[str, tuple[int, int]] = {
    **{f"H{number + 1}": (6 * number, 6) for number in range(2)},
    **{f"Q{number + 1}": (3 * number, 3) for number in range(4)},
}
"""Halves and quarters: how many months of the year lie before each, and how many it has."""


def month_text(month: datetime.date) -> str:
    """
    Name a month.

    Parameters
    ----------
    month : date
        Any day of it.

    Returns
    -------
    str
        Its year and number.

    Examples
    --------
    >>> month_text(datetime.date(2026, 3, 15))
    '2026-03'
    """
    return f"{month:%Y-%m}"


def first_day(month: str) -> datetime.date:
    """
    Give the day that a cell holds for a month.

    Parameters
    ----------
    month : str
        A month as `month_text` names it.

    Returns
    -------
    date
        Its first day.

    Examples
    --------
    >>> first_day("2026-03")
    datetime.date(2026, 3, 1)
    """
    return datetime.date.fromisoformat(f"{month}-01")


def months_of(period: str, months: Sequence[datetime.date]) -> tuple[int, ...]:
    """
    Find the months of a period.

    Parameters
    ----------
    period : str
        A month as `month_text` names it, a half or a quarter.
    months : sequence of date
        The months of the plan's year.

    Returns
    -------
    tuple of int
        Their positions; none for a month of another year.

    Examples
    --------
    >>> year = [datetime.date(2026, month, 1) for month in range(1, 13)]
    >>> months_of("Q2", year), months_of("2026-12", year), months_of("2027-01", year)
    ((3, 4, 5), (11,), ())
    """
    if period in PARTS:
        first, count = PARTS[period]
        return tuple(range(first, first + count))
    return tuple(position for position, month in enumerate(months) if month_text(month) == period)
