"""Pins in the log and in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.pins import Pin
from domain.promises import EventKind
from promising.batch import Batch


def note_unpinned(
    batch: Batch, pins: Mapping[int, Pin], keys: Iterable[int], actor: str, reason: str, plan_version: int
) -> None:
    """Tell of pinned work that may move again, and forget its pins."""
    for key in keys:
        pin = pins.get(key)
        if pin is not None:
            batch.note(EventKind.WORK_UNPINNED, actor, pin.order_id, reason, plan_version, in_short(pin))
            batch.writing.pins.append((key, None))


def in_short(pin: Pin) -> str:
    """A pin as a text for the log: `SO-1/1/mould M1 2026-03-02T00:00:00+00:00`."""
    return f"{pin.name} {pin.resource_id} {pin.start.isoformat()}"
