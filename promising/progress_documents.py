"""Progress and its receipts as JSON documents and back, and digests of what is reported."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from msgspec import structs

from domain.errors import InvalidInput, Violation
from domain.progress import Mark, MarkKind, Progress
from domain.values import asdict
from promising.disruption_documents import at_risk_from_document, encode, time_of
from promising.documents import digest
from promising.progress_requests import Clash, ItemAnswer, ItemOutcome, ProgressAsk, Progressed


def digest_of(ask: ProgressAsk) -> bytes:
    """Digest of what is asked. Raises InvalidInput for text that isn't Unicode."""
    try:
        return digest("progress", encode({"items": [asdict(item) for item in ask.items], "source": ask.source}))
    except UnicodeEncodeError as error:
        raise InvalidInput.one("reports", "holds text that isn't Unicode", "Unicode text") from error


def progress_to_json(progress: Progress) -> str:
    """The stored text of what was reported of an operation."""
    return encode({**structs.asdict(progress), "marks": [structs.asdict(mark) for mark in progress.marks]})


def progress_from_json(text: str) -> Progress:
    """What was reported of an operation, of a stored text."""
    document = json.loads(text)
    return Progress(**{**document, "marks": tuple(_mark(row) for row in document["marks"])})


def progressed_to_json(progressed: Progressed) -> str:
    """The stored text of a receipt."""
    document = asdict(progressed)
    document["stood_still"] = progressed.stood_still.total_seconds()
    return encode(document)


def progressed_from_json(text: str) -> Progressed:
    """The receipt of a stored text."""
    document = json.loads(text)
    return Progressed(
        **{
            **document,
            "items": tuple(_answer(row) for row in document["items"]),
            "at_risk": tuple(at_risk_from_document(row) for row in document["at_risk"]),
            "recovered": tuple((order_id, line_no) for order_id, line_no in document["recovered"]),
            "assumed": tuple(document["assumed"]),
            "clashes": tuple(Clash(**row) for row in document["clashes"]),
            "stood_still": timedelta(seconds=document["stood_still"]),
        }
    )


def _mark(document: dict[str, Any]) -> Mark:
    times = {name: time_of(document[name]) for name in ("at", "until")}
    return Mark(**{**document, **times, "kind": MarkKind(document["kind"])})


def _answer(document: dict[str, Any]) -> ItemAnswer:
    return ItemAnswer(
        **{
            **document,
            "outcome": ItemOutcome(document["outcome"]),
            "wrong": tuple(Violation(**row) for row in document["wrong"]),
            **{name: time_of(document[name]) for name in ("start", "end")},
        }
    )
