"""Canonical JSON: what the store keeps and what digests are made of, the same bytes for the same document always."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import orjson


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else sorted(value)


_standard = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, default=_plain).encode


def to_bytes(document: Any) -> bytes:
    """The UTF-8 text of a document without spaces.

    Keys stand in their order, tuples and sets (sorted) are lists, times are ISO 8601.

    Raises
    ------
    UnicodeEncodeError
        For text that isn't Unicode.
    """
    try:
        return orjson.dumps(document, default=_plain)
    except TypeError:
        # Whole numbers beyond 64 bits; and for text that isn't Unicode the standard library says where.
        return _standard(document).encode()


def to_text(document: Any) -> str:
    """The same as a text. Raises UnicodeEncodeError."""
    return to_bytes(document).decode()
