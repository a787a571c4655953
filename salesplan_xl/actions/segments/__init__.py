"""Segments of customers, by rules that a salesperson can read."""
