"""Pins and the receipts of what was done by hand as JSON documents and back, and digests of what is asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from domain.errors import InvalidInput
from domain.pins import Pin
from domain.promises import Reservation
from domain.values import asdict
from promising.disruption_documents import at_risk_from_document, encode
from promising.documents import digest
from promising.hand_requests import HandAsk, Handled

_PIN_TIMES = ("start", "end", "ready", "pinned_at")
_TIMES = ("visit_start", "start", "end")


def digest_of(ask: HandAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    content = (encode(asdict(ask.work)), encode(asdict(ask.change)), ask.reason, str(ask.plan_version))
    try:
        return digest("hand", type(ask.change).__name__, *content)
    except UnicodeEncodeError as error:
        raise InvalidInput.one("request", "holds text that isn't Unicode", "Unicode text") from error


def pin_to_json(pin: Pin) -> str:
    """The stored text of a pin."""
    return encode(asdict(pin))


def pin_from_json(text: str) -> Pin:
    """The pin of a stored text."""
    return _pin(json.loads(text))


def handled_to_json(handled: Handled) -> str:
    """The stored text of a receipt."""
    document = asdict(handled)
    document["stood_still"] = handled.stood_still.total_seconds()
    return encode(document)


def handled_from_json(text: str) -> Handled:
    """The receipt of a stored text."""
    document = json.loads(text)
    operation, pin = document["operation"], document["pin"]
    times = {name: datetime.fromisoformat(operation[name]) for name in _TIMES}
    return Handled(
        **{
            **document,
            "operation": Reservation(**{**operation, **times, "units": tuple(operation["units"])}),
            "pin": None if pin is None else _pin(pin),
            "at_risk": tuple(at_risk_from_document(row) for row in document["at_risk"]),
            "recovered": tuple((order_id, line_no) for order_id, line_no in document["recovered"]),
            "stood_still": timedelta(seconds=document["stood_still"]),
        }
    )


def _pin(document: dict[str, Any]) -> Pin:
    return Pin(**{**document, **{name: datetime.fromisoformat(document[name]) for name in _PIN_TIMES}})
