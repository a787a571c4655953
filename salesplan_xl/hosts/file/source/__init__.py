"""A list that comes in as a file: order lines or customers, from a CSV or a workbook. Read, never run or followed."""

from salesplan_xl.hosts.file.source.lists import read_source

__all__ = ["read_source"]
