"""The budget: spread, caught up, moved, phased and explained, every level exact to the cent."""
