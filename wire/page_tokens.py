"""Page tokens: after which operation or purchase the next page begins, and for which filter."""

from __future__ import annotations

import base64
import binascii
from zlib import crc32

from domain.errors import InvalidInput

Place = tuple[int, int]
"""Start in Unix seconds, and the operation's key."""


def write_row(row: int) -> str:
    """Return the token of the page that begins with a row of a short list."""
    return str(row)


def read_row(token: str) -> int:
    """Return the row that a page begins with, 0 without a token. Raises InvalidInput for what isn't ours."""
    if token and not (token.isascii() and token.isdigit() and len(token) <= 9):
        raise InvalidInput.one("page_token", "is not one of ours", "the next_page_token of the page before")
    return int(token or 0)


def write_token(place: Place, version: int, filter_bytes: bytes) -> str:
    """Return the token of the page after `place` of a plan, for requests that are these bytes without page fields."""
    text = f"{place[0]}:{place[1]}:{version}:{crc32(filter_bytes)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(token: str, filter_bytes: bytes) -> tuple[Place, int]:
    """Return the place of a token, and the version of its plan.

    Raises InvalidInput for what isn't ours, and for another filter's.
    """
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars="-_", validate=True).decode("ascii")
        start, key, version, check = (int(part) for part in text.split(":"))
    except (ValueError, binascii.Error):
        raise InvalidInput.one("page_token", "is not one of ours", "the next_page_token of the page before") from None
    if check != crc32(filter_bytes):
        raise InvalidInput.one("page_token", "is of another filter", "the filter of the page before")
    return (start, key), version


def write_place(place: tuple[int, str]) -> str:
    """Return the token of the page after a planned purchase: its time in Unix seconds, and what tells it apart."""
    return base64.urlsafe_b64encode(f"{place[0]}:{place[1]}".encode()).decode().rstrip("=")


def read_place(token: str) -> tuple[int, str]:
    """Return the place that `write_place` wrote. Raises InvalidInput for what isn't ours."""
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars="-_", validate=True).decode("ascii")
        at, name = text.split(":")
        return int(at), name
    except (ValueError, binascii.Error):
        raise InvalidInput.one("page_token", "is not one of ours", "the next_page_token of the page before") from None
