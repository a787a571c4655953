"""The doors: they take words from outside, call one thing inside, and decide nothing."""
