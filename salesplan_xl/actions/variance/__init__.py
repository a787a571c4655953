"""Variances: actuals beside the budget, what deviates, and why."""
