"""The engines: from facts and rules to a verdict with everything that led to it."""
