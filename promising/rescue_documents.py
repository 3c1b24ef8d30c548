"""What a search for a rearrangement came to, as it is stored with the promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.rescues import Move, Rescue, Rescued


def rescued_to_document(rescued: Rescued) -> dict[str, Any]:
    """As plain data."""
    return {
        "rescue": rescued.rescue,
        "moves": [move_to_document(each) for each in rescued.moves],
        "moved": rescued.moved, "shifted": rescued.shifted, "held": rescued.held,
        "seconds": round(rescued.seconds, 3),
    }  # fmt: skip


def rescued_from_document(document: dict[str, Any] | None) -> Rescued | None:
    """What was stored; None where nothing was."""
    if document is None:
        return None
    moves = tuple(move_from_document(row) for row in document["moves"])
    return Rescued(
        Rescue(document["rescue"]), moves, document["moved"], document["shifted"], tuple(document["held"]),
        document["seconds"],
    )  # fmt: skip


def move_to_document(move: Move) -> list[Any]:
    """A move as plain data."""
    return [
        move.order_id, move.line_no, move.operation_id, move.operation_key, move.resource_before,
        move.start_before.isoformat(), move.resource_after, move.start_after.isoformat(),
    ]  # fmt: skip


def move_from_document(document: list[Any]) -> Move:
    """What was stored."""
    order_id, line_no, operation_id, key, before, stood, after, stands = document
    return Move(
        order_id, line_no, operation_id, key, before, datetime.fromisoformat(stood), after,
        datetime.fromisoformat(stands),
    )  # fmt: skip
