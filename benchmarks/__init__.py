"""Measurements of the plan and of the service; `python -m benchmarks` runs them."""
