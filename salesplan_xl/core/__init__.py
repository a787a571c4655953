"""Planning rules as functions of arrays and frames: no files, no clock, no language, no spreadsheet."""
