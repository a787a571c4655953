"""What is looked at when the way from a spreadsheet to Python does not work: one small check for each thing."""
