"""The workbook as data: sheets, tables, columns, units, checks, labels, and what an open workbook must offer."""
