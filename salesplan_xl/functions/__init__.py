"""What a cell function is: its specification, the conversion of its arguments and results, and its error cells."""
