"""
Spreading: what a planner types is brought to the cells, exactly, by the method they name.

Every method takes the cells as they are, then what was typed, then options; and gives the new amounts of all
cells, in whole units. A held cell is never changed. Each method says what else it keeps.

Methods that meet a total take the options of `Sharing`:
`proportional`, `equal`, `by_reference`, `by_weights`, `pattern`, `percentages`, `add`, `equal_increment`,
`hold_total`, `override`, `transfer`. Their rules are those of `spread`, in which they all end.

Methods that set values take the options of `Keeping`:
`straight_line`, `growth_compound`, `growth_linear`, `repeat`, `percent_of`, `percent_change`, `clear`.
"""

from salesplan_xl.core.spreading.cells import Keeping, Sharing
from salesplan_xl.core.spreading.moves import transfer
from salesplan_xl.core.spreading.patterns import pattern_numbers, pattern_weights, percentage_weights
from salesplan_xl.core.spreading.series import (
    clear,
    growth_compound,
    growth_linear,
    percent_change,
    percent_of,
    repeat,
    straight_line,
)
from salesplan_xl.core.spreading.sharing import spread, unplaced
from salesplan_xl.core.spreading.totals import (
    Override,
    add,
    by_reference,
    by_weights,
    equal,
    equal_increment,
    hold_total,
    override,
    pattern,
    percentages,
    proportional,
)

__all__ = [
    "Keeping",
    "Override",
    "Sharing",
    "add",
    "by_reference",
    "by_weights",
    "clear",
    "equal",
    "equal_increment",
    "growth_compound",
    "growth_linear",
    "hold_total",
    "override",
    "pattern",
    "pattern_numbers",
    "pattern_weights",
    "percent_change",
    "percent_of",
    "percentage_weights",
    "percentages",
    "proportional",
    "repeat",
    "spread",
    "straight_line",
    "transfer",
    "unplaced",
]
