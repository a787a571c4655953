"""What runs in LibreOffice's own Python, from 3.8 on, with its standard library and `uno` only.

These modules become the extension. They know nothing of the rest of the package, which is in another Python.
"""
