"""What stands on a sheet, one module for each kind: settings, facts, grids, steps, charts, tables."""
