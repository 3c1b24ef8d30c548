"""What was learned of executed work as a JSON document and back, and digests of what is asked."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from domain.calibration import Calibration, Cell, ExecutedLine, LearnedFrom, LoadBand
from domain.errors import InvalidInput
from promising import canonical
from promising.documents import digest


def calibration_to_json(calibration: Calibration) -> str:
    """The stored text of what was learned."""
    return canonical.to_text(
        {
            "version": calibration.version,
            "learned_at": calibration.learned_at,
            "actor": calibration.actor,
            "count": calibration.count,
            "left_out": calibration.left_out,
            "cells": [
                (cell.family, cell.routing_id, cell.band, cell.whole, cell.count, cell.slips)
                for cell in calibration.cells
            ],
        }
    )


def calibration_from_json(text: str) -> Calibration:
    """What was learned, of a stored text."""
    document = json.loads(text)
    return Calibration(
        document["version"],
        datetime.fromisoformat(document["learned_at"]),
        tuple(_cell(row) for row in document["cells"]),
        document["count"],
        tuple((why, count) for why, count in document["left_out"]),
        document["actor"],
    )


def _cell(row: list[Any]) -> Cell:
    family, routing_id, band, whole, count, slips = row
    band = None if band is None else LoadBand(band)
    return Cell(family, routing_id, band, LearnedFrom(whole), count, tuple(slips))


def digest_of(lines: tuple[ExecutedLine, ...] | None, reason: str) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    rows = None
    if lines is not None:
        rows = [
            (row.family, row.routing_id, row.decided, row.planned, row.completed, row.waiting_percent) for row in lines
        ]
    try:
        return digest("calibrate", rows, reason)
    except UnicodeEncodeError as error:
        raise InvalidInput.one("lines", "hold text that isn't Unicode", "Unicode text") from error
