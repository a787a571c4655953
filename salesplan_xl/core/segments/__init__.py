"""
Segments of customers: by rules that a salesperson can read.

One module for each question: `classes` (which few carry most of the value), `scores` (how recently, how often and for
how much customers buy), `conditions` and `rules` (what a table of rules asks for), `hidden_rules` (which of them can
never decide), `assignment` (who is in which segment), `counts` (how many and how much a segment is) and `movement` (who
moved between two cycles).
"""

from salesplan_xl.core.segments.assignment import UNASSIGNED, RuleUse, Segmentation, apply_rules, segment_of_each
from salesplan_xl.core.segments.classes import CLASSES, AbcClasses, abc_class
from salesplan_xl.core.segments.conditions import OPERATORS
from salesplan_xl.core.segments.counts import SegmentSummary, segment_summary
from salesplan_xl.core.segments.movement import SegmentMovement, segment_movement
from salesplan_xl.core.segments.rules import RuleRow
from salesplan_xl.core.segments.scores import RfmCuts, RfmScores, Scores, rfm_score, score_by_cuts, score_values

__all__ = [
    "CLASSES",
    "OPERATORS",
    "UNASSIGNED",
    "AbcClasses",
    "RfmCuts",
    "RfmScores",
    "RuleRow",
    "RuleUse",
    "Scores",
    "SegmentMovement",
    "SegmentSummary",
    "Segmentation",
    "abc_class",
    "apply_rules",
    "rfm_score",
    "score_by_cuts",
    "score_values",
    "segment_movement",
    "segment_of_each",
    "segment_summary",
]
