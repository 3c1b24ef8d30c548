"""A real peak day of an online shop, and a pick-and-make plant derived from it."""
