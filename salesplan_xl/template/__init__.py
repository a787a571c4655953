"""Builds the workbook from its declaration. What is built is never edited by hand."""
