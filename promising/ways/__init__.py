"""Ways to a date that cost something: found on copies of the plan, offered, and taken by one call."""
