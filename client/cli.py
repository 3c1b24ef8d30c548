"""The entry point of `jiaoqi`: language, arguments, errors, exit status.

Exit status 0: done. 1: refused by the server, or it can't be reached. 2: called wrongly. 3: no line of the order
could be promised, the plant's files are wrong, or the plan breaks its rules.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import grpc

from client.calls import DEFAULT_ADDRESS, CallError
from client.catalogue import LANGUAGES, say, use_language
from client.refusals import in_zone, named, refusal
from client.server_words import in_words

if TYPE_CHECKING:
    from client.session import Session

CALL_FAILED = 1
CALLED_WRONGLY = 2
CUT = "..."
"""Where a text was too long for the trailers of an answer."""

_COMMON = {"--server": 1, "--token": 1, "--caller": 1, "--timeout": 1, "--ca": 1, "--lang": 1, "--json": 0}


def hoist(arguments: Sequence[str]) -> list[str]:
    """Put the options that all commands share in front, wherever they stand before a `--`."""
    front: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        word = left.pop(0)
        name = word.split("=", 1)[0]
        if word in ("--", "serve"):
            # What follows belongs to the server, or is data.
            return [*front, *rest, word, *left]
        if name not in _COMMON:
            rest.append(word)
            continue
        front.append(word)
        if "=" not in word and _COMMON[name] and left:
            front.append(left.pop(0))
    return [*front, *rest]


def option(arguments: Sequence[str], name: str) -> str:
    """Return the last value of an option in hoisted arguments; empty without one."""
    found = ""
    for place, word in enumerate(arguments):
        if word == name and place + 1 < len(arguments):
            found = arguments[place + 1]
        elif word.startswith(f"{name}="):
            found = word.partition("=")[2]
    return found


def tell(error: CallError, as_json: bool, address: str, zone: Callable[[], ZoneInfo | None]) -> None:
    """Print what went wrong, in which field, and what is allowed, with times in the zone."""
    if as_json:
        found = {
            "code": error.code.name,
            "reason": error.reason,
            "message": error.message,
            "metadata": error.metadata,
            "fields": [{"field": field.field, "problem": field.problem} for field in error.fields],
            "retry_after_s": error.retry_after_s,
        }
        print(json.dumps(found, ensure_ascii=False), file=sys.stderr)
        return
    if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
        print(say("error.unreachable", address=address, message=error.message), file=sys.stderr)
        return
    message = refusal(error)
    print(in_zone(say("error.call", message=message), zone), file=sys.stderr)
    for field in error.fields:
        problem = in_words(field.problem)
        said = named(field.field, field.problem)
        if said == message or (CUT in said and message.startswith(said[: said.index(CUT)])):
            # It is the only one, and stands there already, perhaps at more length.
            continue
        if field.field:
            print(in_zone(say("error.field", field=field.field, problem=problem), zone), file=sys.stderr)
        elif problem not in message:
            print(in_zone(f"  {problem}", zone), file=sys.stderr)
    missing = int(error.metadata.get("violation_count", "0")) - len(error.fields)
    if missing > 0:
        print(say("error.more", count=missing), file=sys.stderr)
    if error.retry_after_s is not None:
        print(say("error.retry", seconds=error.retry_after_s), file=sys.stderr)


def _zone(opened: Sequence[Session]) -> ZoneInfo | None:
    """The plant's zone, by the session that was refused; None where that may not ask for it either."""
    with suppress(CallError):
        return opened[-1].zone
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status, or raises SystemExit with it."""
    words = hoist(sys.argv[1:] if arguments is None else arguments)
    asked = option(words, "--lang")
    use_language(asked)
    if asked not in ("", *LANGUAGES):
        print(say("error.lang", text=asked), file=sys.stderr)
        return CALLED_WRONGLY
    # Help texts are made when the commands are imported.
    from client.commands import app

    opened: list[Session] = []
    try:
        app(args=words, prog_name="jiaoqi", obj=opened)
    except CallError as error:
        address = option(words, "--server") or os.environ.get("JIAOQI_SERVER", "") or DEFAULT_ADDRESS
        tell(error, "--json" in words, address, lambda: _zone(opened))
        return CALL_FAILED
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
