"""Minutes as whole millionths: sums of them are exact, so that a tie is a tie on every machine."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PER_MINUTE = 1_000_000
"""In what part of a minute travel is compared."""


def in_millionths(minutes: Floats) -> Floats:
    """
    Count minutes in whole millionths.

    Parameters
    ----------
    minutes : ndarray of float64, any shape
        Minutes; may be infinite.

    Returns
    -------
    ndarray of float64, shape of `minutes`
        Whole numbers.

    Examples
    --------
    >>> in_millionths(np.array([0.1 + 0.2, 0.3])).tolist()
    [300000.0, 300000.0]
    """
    return np.asarray(np.rint(minutes * PER_MINUTE))
