"""Travel times from legs that were driven: the figures of a travel model, and how far they are off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salesplan_xl.core.errors import NotTravelTimesError, TooFewLegsError
from salesplan_xl.core.reading import read_lists
from salesplan_xl.core.routes.travel import DETOUR, TravelModel

Floats = NDArray[np.float64]

FEWEST_LEGS = 20
"""Observed legs that a fit of travel times needs."""

# The fit minimises absolute errors by weights; errors below this many minutes weigh alike.
_SMALL_ERROR = 0.5
_ROUNDS = 30


@dataclass(frozen=True)
class Calibration:
    """
    Travel times fitted to observed legs.

    Parameters
    ----------
    fixed : float
        Minutes of each leg however short, zero or more.
    speed : float
        Speed beyond that, in km/h, above zero.
    holdout_error : float
        Mean size of the error on legs that the fit did not see, as a share of their minutes (0.1 is a tenth).
    legs : int
        How many legs were used.
    """

    fixed: float
    speed: float
    holdout_error: float
    legs: int

    def model(self, detour: float = DETOUR) -> TravelModel:
        """
        Return the travel model with these figures.

        Parameters
        ----------
        detour : float, default 1.3
            Road km for each km as the crow flies, 1 or more.

        Returns
        -------
        model : TravelModel
            One speed for every length.
        """
        return TravelModel(self.fixed, ((float("inf"), self.speed),), detour)


def calibrate_travel(km: ArrayLike, minutes: ArrayLike) -> Calibration:
    """
    Fit a fixed part and a speed to legs that were driven.

    Parameters
    ----------
    km : array_like, shape (n,)
        Road km of each leg, of the length that is really driven between visits. A fit on long legs fails
        on days in town.
    minutes : array_like, shape (n,)
        Minutes each took, door to door. Legs where either is missing or not above zero are left out.

    Returns
    -------
    calibration : Calibration
        The line of least absolute error through all legs, whatever their order. Its error is measured on every
        other leg by length, with a line fitted to the rest.

    Raises
    ------
    TooFewLegsError
        If fewer than 20 legs are left.
    NotTravelTimesError
        If the minutes do not grow with the length.
    WrongShapeError
        If the two are not lists of one length.

    Examples
    --------
    >>> fit = calibrate_travel(range(1, 31), [4 + 2 * km for km in range(1, 31)])
    >>> round(fit.fixed, 6), round(fit.speed, 6)
    (4.0, 30.0)
    """
    lengths, times = read_lists(km, minutes, "minutes")
    known = np.isfinite(lengths) & np.isfinite(times) & (lengths > 0) & (times > 0)
    lengths, times = lengths[known], times[known]
    if len(lengths) < FEWEST_LEGS:
        raise TooFewLegsError(len(lengths), FEWEST_LEGS)
    order = np.lexsort((times, lengths))
    lengths, times = lengths[order], times[order]
    fixed, per_km = _line(lengths[::2], times[::2])
    error = np.mean(np.abs(fixed + per_km * lengths[1::2] - times[1::2]) / times[1::2])
    fixed, per_km = _line(lengths, times)
    return Calibration(fixed, 60 / per_km, float(error), len(lengths))


def _line(lengths: Floats, times: Floats) -> tuple[float, float]:
    """Fit minutes = fixed + per km by least absolute errors, the fixed part zero or more."""
    for columns in (np.column_stack((np.ones_like(lengths), lengths)), lengths[:, None]):
        weights = np.ones_like(lengths)
        for _ in range(_ROUNDS):
            scale = np.sqrt(weights)
            solution = np.linalg.lstsq(columns * scale[:, None], times * scale, rcond=None)[0]
            weights = 1 / np.maximum(np.abs(times - columns @ solution), _SMALL_ERROR)
        fixed, per_km = (0.0, float(solution[0])) if len(solution) == 1 else solution.tolist()
        if fixed >= 0:
            break
    if per_km <= 0:
        raise NotTravelTimesError
    return fixed, per_km
