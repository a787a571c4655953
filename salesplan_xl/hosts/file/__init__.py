"""A closed workbook file: typed reading, part edit, embedded calculation, atomic save."""
