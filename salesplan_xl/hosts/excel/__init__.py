"""Excel on Windows: what its macros call in Python, and which Python that is."""
