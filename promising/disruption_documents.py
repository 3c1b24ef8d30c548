"""Disruptions and their receipts as JSON documents and back, and digests of what is reported."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from domain.disruptions import Disruption, DisruptionKind, DisruptionState
from domain.errors import InvalidInput
from domain.promises import Cause, PromiseState
from domain.values import asdict
from promising.disruption_requests import DisruptionAsk, LineAtRisk, Repaired
from promising.documents import digest, receipt_from_json, receipt_to_json

_TIMES = ("start", "end", "expected_end", "reported_at", "wanted")


def digest_of(ask: DisruptionAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    try:
        document = asdict(ask.change)
        # As it was before there were these fields, so that a request of then is found again.
        for name in ("quantity", "region", "line_no", "operation_id", "wanted", "withdrawn"):
            if not document.get(name):
                document.pop(name, None)
        return digest("disruption", type(ask.change).__name__, encode(document), ask.etag)
    except UnicodeEncodeError as error:
        raise InvalidInput.one("disruption", "holds text that isn't Unicode", "Unicode text") from error


def disruption_to_json(disruption: Disruption) -> str:
    """The stored text of a disruption."""
    return encode(asdict(disruption))


def disruption_from_json(text: str) -> Disruption:
    """The disruption of a stored text."""
    return _disruption(json.loads(text))


def repaired_to_json(repaired: Repaired) -> str:
    """The stored text of a receipt."""
    document = asdict(repaired)
    document["stood_still"] = repaired.stood_still.total_seconds()
    document["change"] = None if repaired.change is None else receipt_to_json(repaired.change)
    return encode(document)


def repaired_from_json(text: str) -> Repaired:
    """The receipt of a stored text."""
    document = json.loads(text)
    change = document.get("change")
    return Repaired(
        **{
            **document,
            "disruption": _disruption(document["disruption"]),
            "at_risk": tuple(at_risk_from_document(row) for row in document["at_risk"]),
            "recovered": tuple((order_id, line_no) for order_id, line_no in document["recovered"]),
            "stood_still": timedelta(seconds=document["stood_still"]),
            "change": None if change is None else receipt_from_json(change),
        }
    )


def _disruption(document: dict[str, Any]) -> Disruption:
    return Disruption(
        **{
            **document,
            **{name: time_of(document.get(name)) for name in _TIMES},
            "kind": DisruptionKind(document["kind"]),
            "state": DisruptionState(document["state"]),
        }
    )


def at_risk_from_document(document: dict[str, Any]) -> LineAtRisk:
    """A line at risk of a stored receipt."""
    cause = document["cause"]
    return LineAtRisk(
        **{
            **document,
            **{name: time_of(document[name]) for name in ("promised", "expected", "before")},
            "state": PromiseState(document["state"]),
            "cause": None if cause is None else Cause(**cause),
        }
    )


def encode(document: dict[str, Any]) -> str:
    """A document as canonical text."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=datetime.isoformat)


def time_of(text: str | None) -> datetime | None:
    """The time of a stored text."""
    return None if text is None else datetime.fromisoformat(text)
