"""What a search for a rearrangement came to, as it is stored with the promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.rescues import Move, Rescue, Rescued


def rescued_to_document(rescued: Rescued) -> dict[str, Any]:
    """As plain data."""
    return {
        "rescue": rescued.rescue,
        "moves": [
            (each.order_id, each.line_no, each.operation_id, each.operation_key, each.resource_before,
             each.start_before.isoformat(), each.resource_after, each.start_after.isoformat())
            for each in rescued.moves
        ],
        "moved": rescued.moved, "shifted": rescued.shifted, "held": rescued.held,
        "seconds": round(rescued.seconds, 3),
    }  # fmt: skip


def rescued_from_document(document: dict[str, Any] | None) -> Rescued | None:
    """What was stored; None where nothing was."""
    if document is None:
        return None
    moves = tuple(
        Move(order_id, line_no, operation_id, key, before, datetime.fromisoformat(stood), after,
             datetime.fromisoformat(stands))
        for order_id, line_no, operation_id, key, before, stood, after, stands in document["moves"]
    )  # fmt: skip
    return Rescued(
        Rescue(document["rescue"]), moves, document["moved"], document["shifted"], tuple(document["held"]),
        document["seconds"],
    )  # fmt: skip
