"""A refusal of the server in the reader's language.

The server says all in English, and beside it the reason and what it is about, for programs; from these it is said in
Chinese. What only the server's own words tell stays as it is.
"""

from __future__ import annotations

from string import Formatter

from client.catalogue import keys, known, language, say, texts
from client.errors import CallError

_WHY = {texts(key)[1]: key for key in keys() if key.startswith("why.")}
_KINDS = {"kind": "thing", "what": "thing", "state": "standing"}
"""In which part of the catalogue the words of a field are."""


def refusal(error: CallError) -> str:
    """Return what was refused and why, in a line."""
    said = error.message.split("\n")[0]
    key = f"refused.{error.reason}"
    if language() == "en" or not known(key):
        return said
    values = {field: _word(field, value) for field, value in error.metadata.items()}
    if not {field for _, field, _, _ in Formatter().parse(texts(key)[0]) if field} <= values.keys():
        # Of an older server, which tells less.
        return said
    earliest = error.metadata.get("earliest_time")
    more = f";{say('refused.earliest', time=earliest)}" if earliest else ""
    return " ".join(say(key, **values).split()) + more


def _word(field: str, value: str) -> str:
    key = f"{_KINDS[field]}.{value}" if field in _KINDS else _WHY.get(value, "")
    return say(key) if known(key) else value
