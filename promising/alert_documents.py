"""Alerts as JSON documents and back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from domain.alerts import Alert, AlertLevel
from domain.promises import Reason, ReasonKind
from domain.values import asdict

_TIMES = ("promised", "expected", "opened", "changed")


def alert_to_json(alert: Alert) -> str:
    """The stored text of an alert."""
    return json.dumps(asdict(alert), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def alert_from_json(text: str) -> Alert:
    """The alert of a stored text."""
    document: dict[str, Any] = json.loads(text)
    causes = tuple(
        Reason(ReasonKind(each["kind"]), timedelta(seconds=each["duration"]), each["subject"], tuple(each["orders"]))
        for each in document["causes"]
    )
    times = {name: datetime.fromisoformat(document[name]) for name in _TIMES}
    slack, level = timedelta(seconds=document["slack"]), AlertLevel(document["level"])
    return Alert(**{**document, **times, "slack": slack, "level": level, "causes": causes})


def _plain(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value.isoformat()
