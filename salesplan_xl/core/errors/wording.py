"""How refusals write amounts, names and times of day."""

from collections.abc import Sequence
from decimal import Decimal

from salesplan_xl.core.errors.base import Amount

# Sizes that are written out in full.
_READABLE = (Decimal("1e-9"), Decimal("1e21"))


def shown(amount: Amount) -> str:
    """
    Write an amount as a person does.

    Parameters
    ----------
    amount : Amount
        A finite amount, of any sign.

    Returns
    -------
    str
        At most fifteen digits of a float, no trailing zeros, and no exponent unless nobody could read it.

    Examples
    --------
    >>> shown(1250.50), shown(1e-12)
    ('1250.5', '1e-12')
    """
    exact = Decimal(f"{amount:.15g}") if isinstance(amount, float) else Decimal(amount)
    if exact and not _READABLE[0] <= abs(exact) < _READABLE[1]:
        return f"{exact:.6g}"
    text = f"{exact:.10f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(names: Sequence[str]) -> str:
    """
    List names as a planner does.

    Parameters
    ----------
    names : sequence of str
        Any number of names.

    Returns
    -------
    str
        At most five of them, then how many more.

    Examples
    --------
    >>> listed(["Norte", "Sur"]), listed("abcdefg")
    ('Norte and Sur', 'a, b, c, d, e and 2 more')
    """
    few = list(names[:5])
    if len(names) > len(few):
        return f"{', '.join(few)} and {len(names) - len(few)} more"
    return " and ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few)


def numbered(place: Sequence[int]) -> str:
    """
    Write the position of a cell that has no label.

    Parameters
    ----------
    place : sequence of int
        Position along each axis, from 0.

    Returns
    -------
    str
        The same positions, axis by axis.

    Examples
    --------
    >>> numbered((0,)), numbered((2, 11))
    ('0', '2 / 11')
    """
    return " / ".join(map(str, place))


def clock(minutes: float) -> str:
    """
    Write minutes from midnight as a time of day.

    Parameters
    ----------
    minutes : float
        Zero or more, finite.

    Returns
    -------
    str
        Hours and minutes, cut to the minute.

    Examples
    --------
    >>> clock(570.9)
    '09:30'
    """
    whole = int(minutes + 1e-6)
    return f"{whole // 60:02d}:{whole % 60:02d}"
