"""Options as they are stored with the promise that they were told with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.displacements import Displaced
from domain.hours import ExtraHours
from domain.options import ChosenMode, CostKind, Option, OptionCost, OptionKind, OptionPart
from domain.values import asdict, astuple
from promising.rescue_documents import move_from_document, move_to_document

_TIMES = ("promised", "before", "after")


def option_to_document(option: Option) -> list[Any]:
    """As plain data; only what it has."""
    parts = [(part.quantity, part.promised_time and part.promised_time.isoformat()) for part in option.parts]
    costs = [(c.kind, c.duration.total_seconds(), c.count, c.fen) for c in option.costs]
    more = _more(option)
    return [option.kind, parts, costs, option.id, *([more] if more else [])]


def _more(option: Option) -> dict[str, Any]:
    found = {
        "displaced": [
            {**asdict(each), **{name: getattr(each, name).isoformat() for name in _TIMES}} for each in option.displaced
        ],
        "displaced_count": option.displaced_count,
        "hours": [(row.resource_id, row.start.isoformat(), row.end.isoformat()) for row in option.hours],
        "modes": [astuple(mode) for mode in option.modes],
        "moves": [move_to_document(move) for move in option.moves],
        "moved": option.moved,
    }
    return {name: value for name, value in found.items() if value}


def option_from_document(document: list[Any]) -> Option:
    """What was stored; older programs wrote no id, and knew nothing of what an option does to others."""
    kind, parts, costs, *named = document
    more: dict[str, Any] = named[1] if len(named) > 1 else {}
    return Option(
        OptionKind(kind),
        tuple(OptionPart(quantity, at and datetime.fromisoformat(at)) for quantity, at in parts),
        tuple(OptionCost(CostKind(of), timedelta(seconds=seconds), count, fen) for of, seconds, count, fen in costs),
        named[0] if named else "",
        tuple(
            Displaced(**{**row, **{name: datetime.fromisoformat(row[name]) for name in _TIMES}})
            for row in more.get("displaced", ())
        ),
        more.get("displaced_count", 0),
        tuple(
            ExtraHours(name, datetime.fromisoformat(start), datetime.fromisoformat(end))
            for name, start, end in more.get("hours", ())
        ),
        tuple(ChosenMode(*mode) for mode in more.get("modes", ())),
        tuple(move_from_document(move) for move in more.get("moves", ())),
        more.get("moved", 0),
    )
