"""Checks a workbook by named rules: container, VBA project, package, ribbon, sheets.

It runs no compiler and knows no schema: what a VBA compiler or an Open XML validator finds is left to them. It shares
no code with what writes the workbook, since a checker that shares code with the writer shares its mistakes. Every rule
says what must hold and what breaks otherwise.
"""

from salesplan_xl.template.verify.check import RULES, verify
from salesplan_xl.template.verify.rules import Finding, Rule

__all__ = ["RULES", "Finding", "Rule", "verify"]
