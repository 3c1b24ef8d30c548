"""What every test shares: the profile of the property tests."""

import os

from hypothesis import settings

from scheduler.warm import warm

# No deadline: a first call may compile the kernel, and two shared cores keep no pace.
settings.register_profile("local", deadline=None, print_blob=True)
# The gate judges the commit, not the day's luck: the same examples on every run.
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)


def pytest_sessionstart() -> None:
    """Compile the kernel before the first test waits for an answer."""
    warm()


settings.load_profile("ci" if os.environ.get("CI") else "local")
