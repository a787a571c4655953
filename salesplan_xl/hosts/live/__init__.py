"""A plan workbook that is open in a spreadsheet program, through the API of xlwings."""

from salesplan_xl.hosts.live.book import LiveBook

__all__ = ["LiveBook"]
