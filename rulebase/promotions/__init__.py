"""Promotions: a table, what of it applies to an order, and the best set that may be taken together."""
