"""What is raised where something that always holds did not."""

from __future__ import annotations


class Broken(AssertionError):
    """Something that always holds did not."""


def want(holds: bool, what: str) -> None:
    """Raise Broken with what is wrong, unless it holds."""
    if not holds:
        raise Broken(what)
