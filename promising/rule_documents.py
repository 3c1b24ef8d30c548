"""Versions of the rules as JSON documents and back, and digests of what is asked of them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from domain.rule_versions import RuleState, RuleVersion
from domain.values import asdict

_TIMES = ("drafted_at", "published_at", "ended_at")


def rule_version_to_json(version: RuleVersion) -> str:
    """The stored text of a version, without its files."""
    return json.dumps(asdict(version), ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat)


def rule_version_from_json(text: str) -> RuleVersion:
    """The version of a stored text."""
    document: dict[str, Any] = json.loads(text)
    times = {name: None if (told := document[name]) is None else datetime.fromisoformat(told) for name in _TIMES}
    return RuleVersion(**{**document, **times, "state": RuleState(document["state"])})
