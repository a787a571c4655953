"""Plans as hypothesis draws them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

TOTALS = st.integers(-(2**62), 2**62)
WEIGHTS = st.floats(0, 1e9) | st.integers(0, 50).map(float) | st.floats(0, 1e-3)
AMOUNTS = st.integers(-(10**8), 10**8).map(lambda count: count / 1000)


@st.composite
def weights(draw: st.DrawFn, largest: int = 12) -> list[float]:
    """Weights of which at least one is above zero."""
    return draw(st.lists(WEIGHTS, min_size=1, max_size=largest).filter(any))


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[float], list[int]]:
    """Values and parents of nodes in any order; parents are left blank, to be the sums of their children."""
    size = draw(st.integers(1, 25))
    parents = [draw(st.integers(-1, node - 1)) for node in range(size)]
    order = draw(st.permutations(range(size)))
    values = [float("nan") if node in parents else draw(AMOUNTS) for node in range(size)]
    shuffled = [values[node] for node in order]
    places = {node: place for place, node in enumerate(order)}
    return shuffled, [places[parents[node]] if parents[node] >= 0 else -1 for node in order]


@st.composite
def tables(draw: st.DrawFn, axes: int = 2, *, zeros: bool = True) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Tables of whole amounts, zero or more, with something in them."""
    shape = draw(st.tuples(*[st.integers(1, 4)] * axes))
    cells = st.integers(0 if zeros else 1, 40)
    size = int(np.prod(shape))
    amounts = draw(st.lists(cells, min_size=size, max_size=size).filter(any))
    return np.array(amounts, dtype=np.int64).reshape(shape)
