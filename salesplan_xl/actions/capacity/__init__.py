"""The two-sided gate: quotas beside field minutes, budgets of products beside capacity."""
