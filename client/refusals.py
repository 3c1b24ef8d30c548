"""A refusal of the server in the reader's language.

The server says all in English, and beside it the reason and what it is about, for programs; from these it is said in
Chinese, and by what the catalogue knows of the server's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

from client.catalogue import known, language, say, texts
from client.errors import CallError
from client.server_words import in_words, values_in

_KINDS = {"kind": "thing", "what": "thing", "state": "standing"}
"""In which part of the catalogue the words of a field are."""
_SAID = ("problem", "why")
"""Fields in the server's own words; others are data."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")
"""As the server, which keeps to UTC, tells a time in a text."""


def refusal(error: CallError) -> str:
    """Return what was refused and why, in a line; where it is about several fields, only how many."""
    said = error.message.split("\n")[0]
    if language() == "en":
        return said
    if error.reason == "INVALID_INPUT" and error.fields:
        only, *others = error.fields
        count = error.metadata.get("violation_count", len(error.fields))
        return say("error.fields", count=count) if others else named(only.field, only.problem)
    earliest = error.metadata.get("earliest_time")
    more = f";{say('refused.earliest', time=earliest)}" if earliest else ""
    found = _told(error.reason, error.metadata)
    return f"{found}{more}" if found else said


def failure_in_words(reason: str, message: str) -> str:
    """Return what became of one of many requests, of which only the reason and the server's own words are known."""
    key = f"refused.{reason}"
    values = values_in(key, message) if language() != "en" and known(key) else None
    return message if values is None else _told(reason, values)


def in_zone(text: str, zone: Callable[[], ZoneInfo | None]) -> str:
    """Return a text with its times in the plant's zone, which is asked for only where there are any.

    They stay as they are where the zone is not known.
    """

    def told(found: re.Match[str]) -> str:
        ours = zone()
        if ours is None:
            return found[0]
        moment = datetime.fromisoformat(found[0]).astimezone(ours)
        return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"

    return _TIME.sub(told, text)


def _told(reason: str, metadata: Mapping[str, str]) -> str:
    """A refusal by its reason and values; empty without a text for it, or where an older server tells less."""
    key = f"refused.{reason}"
    values = {field: _word(field, value) for field, value in metadata.items()}
    if not known(key) or not {field for _, field, _, _ in Formatter().parse(texts(key)[0]) if field} <= values.keys():
        return ""
    return " ".join(say(key, **values).split())


def named(field: str, problem: str) -> str:
    """Return what the server says of a field, behind the field's path."""
    return say("mistake.named", field=field, problem=in_words(problem)) if field else in_words(problem)


def _word(field: str, value: str) -> str:
    if field in _SAID:
        return in_words(value)
    key = f"{_KINDS[field]}.{value}" if field in _KINDS else ""
    return say(key) if known(key) else value
