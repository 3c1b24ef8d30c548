"""Checks that requests of both services share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TypeVar

from domain.errors import DeadlineExpired, InvalidInput
from promising.requests import REQUEST_ID_MAX
from wire.methods import Call
from wire.page_tokens import read_row, write_row

PAGE_TOKEN_MAX = 512
PAGE, PAGE_MAX = 100, 1000

Row = TypeVar("Row")


def check_request_id(request_id: str) -> None:
    """Whoever changes something names the request, so that a retry finds the first answer."""
    if not 0 < len(request_id) <= REQUEST_ID_MAX or not request_id.isprintable():
        raise InvalidInput.one("request_id", "is not a request id", f"1 to {REQUEST_ID_MAX} printable characters")


def check_deadline(call: Call) -> None:
    """A read that waited for a thread until its deadline is not worth its work any more."""
    if call.deadline is not None and time.monotonic() > call.deadline:
        raise DeadlineExpired


def page_size(asked: int, default: int, most: int) -> int:
    """Return the size of a page; 0 stands for `default`."""
    if not 0 <= asked <= most:
        raise InvalidInput.one("page_size", f"{asked} is out of range", f"0 to {most}")
    return asked or default


def check_page_token(token: str) -> None:
    """Tokens are what the server gave out, and those are short."""
    if len(token) > PAGE_TOKEN_MAX:
        raise InvalidInput.one("page_token", "is not one of ours", "the next_page_token of the page before")


def page_of(rows: Sequence[Row], size: int, token: str) -> tuple[Sequence[Row], str]:
    """Return a page of a short list, and the token of the next one."""
    check_page_token(token)
    first = read_row(token)
    last = first + page_size(size, PAGE, PAGE_MAX)
    return rows[first:last], write_row(last) if last < len(rows) else ""
