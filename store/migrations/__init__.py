"""The schema's history; every revision is a file in `versions/`."""
