"""Demand, load and faults that drive the real service."""
