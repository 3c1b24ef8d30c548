"""The plan: sequences, heads and tails, insertion, dispatch, verification and explanation."""
