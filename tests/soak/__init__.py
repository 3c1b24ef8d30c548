"""Long tests: killed processes and lost writes."""
