"""Writes the macros of a workbook: VBA text in, a vbaProject.bin out, without Excel and the same every time.

The form is the one that MS-OVBA asks of writers: source text only, no compiled code beside it.
"""
