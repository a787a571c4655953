"""References in formulas: the rectangles they name, and what becomes of them when cells move or a table grows."""

from salesplan_xl.hosts.formulas.area import Area
from salesplan_xl.hosts.formulas.resize import Resize
from salesplan_xl.hosts.formulas.shift import shift_formula

__all__ = ["Area", "Resize", "shift_formula"]
