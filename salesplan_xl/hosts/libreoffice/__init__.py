"""LibreOffice Calc: an extension that answers cell functions, and how it gets there and away again."""
