"""Travel tables that tests of routes draw."""

import numpy as np
from hypothesis import strategies as st

from tests.core.routes.checks import Floats


@st.composite
def tables(draw: st.DrawFn, fewest: int = 1, most: int = 5, *, symmetric: bool = False) -> Floats:
    """Whole minutes between places, each direction its own unless asked otherwise."""
    size = draw(st.integers(fewest, most)) + 1
    entries = draw(st.lists(st.integers(0, 60), min_size=size * size, max_size=size * size))
    table = np.array(entries, dtype=np.float64).reshape(size, size)
    np.fill_diagonal(table, 0)
    return np.maximum(table, table.T) if symmetric else table
