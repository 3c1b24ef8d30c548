"""Reasoning over conditions: whether an order can meet them, and one that does."""
