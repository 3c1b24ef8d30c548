"""Proposals, their sequences and their receipts as stored text and back, and digests of what is asked."""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from domain.errors import InvalidInput
from domain.hours import ExtraHours
from domain.promises import PromiseState
from domain.proposals import (
    Cap,
    FromBefore,
    OutsideWork,
    PlanFigures,
    Proposal,
    ProposalKind,
    ProposalState,
    ProposedLine,
)
from domain.values import asdict, replace
from promising.documents import digest
from promising.proposal_requests import Applied, Draft, ProposalAsk, ReplanAsk
from scheduler.records import Sequences, Step


def digest_of(ask: ReplanAsk | ProposalAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    content = asdict(ask)
    for name in ("request_id", "caller", "deadline"):
        content.pop(name, None)
    try:
        return digest("proposal", type(ask).__name__, _encode(content))
    except UnicodeEncodeError as error:
        raise InvalidInput.one("reason", "holds text that isn't Unicode", "Unicode text") from error


def proposal_to_json(proposal: Proposal) -> str:
    """The stored text of a proposal, without its lines."""
    return _encode(asdict(replace(proposal, lines=())))


def proposal_from_json(text: str) -> Proposal:
    """The proposal of a stored text, without its lines."""
    return _proposal(json.loads(text))


def content_of(draft: Draft) -> bytes:
    """Lines and sequences of a proposal, compressed."""
    modes = {name: number for number, name in enumerate(sorted({step.mode_id for step in draft.sequences.steps}))}
    content = {
        "lines": [asdict(line) for line in draft.proposal.lines],
        "version": draft.sequences.version,
        "modes": list(modes),
        "steps": [
            [step.key, modes[step.mode_id], step.units, step.setter_unit, step.crew_units]
            for step in draft.sequences.steps
        ],
    }
    return zlib.compress(_encode(content).encode(), 1)


def content_from(proposal: Proposal, content: bytes) -> Draft:
    """A proposal with its lines and sequences."""
    found = json.loads(zlib.decompress(content))
    steps = tuple(
        Step(key, found["modes"][mode], tuple(units), setter, tuple(crew))
        for key, mode, units, setter, crew in found["steps"]
    )
    lines = tuple(_line(row) for row in found["lines"])
    return Draft(replace(proposal, lines=lines), Sequences(found["version"], steps))


def applied_to_json(applied: Applied) -> str:
    """The stored text of a receipt."""
    document = asdict(applied)
    document["proposal"] = asdict(replace(applied.proposal, lines=()))
    return _encode(document)


def applied_from_json(text: str) -> Applied:
    """The receipt of a stored text."""
    document = json.loads(text)
    return Applied(
        **{
            **document,
            "proposal": _proposal(document["proposal"]),
            "told": tuple(_line(row) for row in document["told"]),
        }
    )


def _proposal(document: dict[str, Any]) -> Proposal:
    cap, stood = document["cap"], document.get("from_before")
    return Proposal(
        **{
            **document,
            "kind": ProposalKind(document["kind"]),
            "state": ProposalState(document["state"]),
            "made_at": _time(document["made_at"]),
            "decided_at": _time(document["decided_at"]),
            "before": _figures(document["before"]),
            "after": _figures(document["after"]),
            "hours": tuple(
                ExtraHours(row["resource_id"], _moment(row["start"]), _moment(row["end"])) for row in document["hours"]
            ),
            "outside": tuple(
                OutsideWork(**{**row, "start": _moment(row["start"]), "end": _moment(row["end"])})
                for row in document.get("outside", ())
            ),
            "cap": None if cap is None else Cap(cap["most"], timedelta(seconds=cap["none_within"])),
            "from_before": None if stood is None else _from_before(stood),
            "lines": (),
        }
    )


def _from_before(document: dict[str, Any]) -> FromBefore:
    dates, moved = tuple(document["dates"]), tuple(document["moved"])
    return FromBefore(document["disruption_id"], _moment(document["stood_at"]), dates, moved)


def _figures(document: dict[str, Any]) -> PlanFigures:
    return PlanFigures(
        **{
            **document,
            "tardiness": tuple((priority, timedelta(seconds=over)) for priority, over in document["tardiness"]),
            "changeover": timedelta(seconds=document["changeover"]),
            "overtime": timedelta(seconds=document["overtime"]),
            "end": _time(document["end"]),
            "outside": timedelta(seconds=document.get("outside", 0)),
        }
    )


def _line(document: dict[str, Any]) -> ProposedLine:
    times = ("promised_before", "promised_after", "expected_before", "expected_after")
    return ProposedLine(
        **{**document, "state": PromiseState(document["state"]), **{name: _moment(document[name]) for name in times}}
    )


def _encode(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value.isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
