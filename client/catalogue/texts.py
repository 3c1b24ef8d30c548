"""What a part of the catalogue is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, tuple[str, str]]
"""Texts in Chinese and English, by key, with the same values in braces in both."""
