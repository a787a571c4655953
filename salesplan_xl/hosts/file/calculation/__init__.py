"""Calculates a closed workbook: its own formulas and our cell functions, with the embedded engine (formualizer).

The engine is fed by us: the columns that some formula reads, as values, and the formulas, rewritten. Table and name
references become plain ranges of a sheet, a function of ours learns which cell called it (so that its reason can be
told), an array formula fills exactly its area, and an ordinary formula fills exactly its cell.

What the engine gets wrong is left out, never calculated wrong: the stored value stays, formulas that read the cell go
on with it, and the result names the cell and the reason. That is so for

- functions the engine does not know; the clock, chance and references made of text or offsets (``NOW``, ``RAND``,
  ``INDIRECT``, ``OFFSET`` ...): the same workbook must give the same numbers, and only what is read is fed;
- names and tables that are not there, other workbooks, references across sheets, unions and intersections;
- a function of single values, such as ``ISERROR``, over a range in an array formula: the engine does not take it cell
  by cell. (Outside array formulas it gets the one cell of its row or column, as Excel defines it.)
- ``SUMIFS`` and its kin over a range with an error cell: the engine passes over errors that Excel may show;
- circles.

Seven rare errors, such as ``#BUSY!``, are unknown to the engine and read as ``#VALUE!``.
"""

from salesplan_xl.hosts.file.calculation.outcome import Calculation, LeftOut
from salesplan_xl.hosts.file.calculation.run import calculate

__all__ = ["Calculation", "LeftOut", "calculate"]
