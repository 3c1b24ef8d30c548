"""What one plan can do, a class for each concern, each built on the one before it."""
