"""Which engine matches the rules; apart, so that naming one loads none."""

from __future__ import annotations

from enum import StrEnum


class RulesEngine(StrEnum):
    """What matches the rules."""

    COMPILED = "compiled"
    DURABLE = "durable"
    """durable-rules in a process of its own, and the compiled engine whenever that can't answer."""
