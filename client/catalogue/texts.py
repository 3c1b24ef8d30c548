"""What a part of the catalogue is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, tuple[str, str]]
"""Texts in Chinese and English, by key, with the same values in braces in both."""


def by_english(*texts: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Return texts of the server, each under its English: `wrong.` and its words."""
    return {f"wrong.{english}": (chinese, english) for chinese, english in texts}
