"""One worksheet as its XML: typed cells out, changed cells in, every other byte as it stands.

Rows are cut out of the part, cells out of their row, and every character is accounted for; what cannot be accounted
for is refused with its place, never skipped. An edit makes new rows of those it touches and copies the rest.
"""

from salesplan_xl.hosts.file.sheet.part import SheetPart
from salesplan_xl.hosts.file.sheet.rules import follow_rules
from salesplan_xl.hosts.formulas.area import Place

__all__ = ["Place", "SheetPart", "follow_rules"]
