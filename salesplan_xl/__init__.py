"""A ten-step sales management plan in one Excel workbook, with Python behind it."""

__version__ = "0.1.0"
