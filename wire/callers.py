"""Who calls: by bearer token where the server asks for one, else by what the caller says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from domain.errors import InvalidInput, Violation
from promising.requests import CALLER_MAX
from wire.errors import Unauthenticated

ANONYMOUS = "anonymous"
Metadata = Sequence[tuple[str, str | bytes]]


class Callers:
    """Names the caller of a request from its metadata."""

    def __init__(self, tokens: Mapping[str, str] | None = None) -> None:
        """`tokens` is from token to caller; None lets everybody in."""
        # By digest, so that how long a look-up takes tells nothing about the tokens.
        self._by_digest = None if tokens is None else {_digest(t): name for t, name in tokens.items()}

    def name(self, metadata: Metadata) -> str:
        """Return the caller's name. Raises Unauthenticated, or InvalidInput for a bad `x-caller`."""
        if self._by_digest is not None:
            return self._by_token(metadata)
        for key, value in metadata:
            if key == "x-caller":
                return _checked(value)
        return ANONYMOUS

    def _by_token(self, metadata: Metadata) -> str:
        assert self._by_digest is not None
        for key, value in metadata:
            if key == "authorization" and isinstance(value, str) and value[:7].lower() == "bearer ":
                name = self._by_digest.get(_digest(value[7:].strip()))
                if name is not None:
                    return name
        raise Unauthenticated


def _checked(value: str | bytes) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= CALLER_MAX or not value.isprintable():
        raise InvalidInput.one("x-caller", "is not a name", f"1 to {CALLER_MAX} printable characters")
    return value


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def read_tokens(path: Path) -> dict[str, str]:
    """Read a file with one `TOKEN CALLER` a line; blank lines and lines from `#` on don't count.

    Raises InvalidInput with all wrong lines.
    """
    tokens: dict[str, str] = {}
    found: list[Violation] = []
    for row, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or len(words[0]) < 16 or len(words[1]) > CALLER_MAX or words[0] in tokens:
            found.append(Violation(f"{path.name}:{row}", "is no new token with its caller", "TOKEN CALLER, 16 or more"))
            continue
        tokens[words[0]] = words[1]
    if found:
        raise InvalidInput(found)
    return tokens
