"""Known answers: files of cases, what answers each kind, and the runner that compares the two."""
