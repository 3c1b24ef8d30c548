"""Who calls: by bearer token where the server asks for one, else by what the caller says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from domain.errors import InvalidInput, Violation
from promising.requests import CALLER_MAX
from wire.errors import Unauthenticated
from wire.roles import EVERY, Role

ANONYMOUS = "anonymous"
SCHEME = "sha256:"
Metadata = Sequence[tuple[str, str | bytes]]


class Caller(Struct, frozen=True):
    """Somebody who calls, and what he may do."""

    name: str
    roles: frozenset[Role] = EVERY


class Callers:
    """Names the caller of a request from its metadata."""

    def __init__(self, tokens: Mapping[str, Caller] | None = None) -> None:
        """`tokens` is from the hexadecimal SHA-256 of a token to its caller; None lets everybody do everything."""
        self._by_digest = tokens

    def find(self, metadata: Metadata) -> Caller:
        """Return the caller. Raises Unauthenticated, or InvalidInput for a bad `x-caller`."""
        if self._by_digest is not None:
            return self._by_token(self._by_digest, metadata)
        for key, value in metadata:
            if key == "x-caller":
                return Caller(_checked(value))
        return Caller(ANONYMOUS)

    def _by_token(self, known: Mapping[str, Caller], metadata: Metadata) -> Caller:
        for key, value in metadata:
            if key == "authorization" and isinstance(value, str) and value[:7].lower() == "bearer ":
                # By digest, so that how long a look-up takes tells nothing about the tokens.
                caller = known.get(digest_of(value[7:].strip()))
                if caller is not None:
                    return caller
        raise Unauthenticated


def _checked(value: str | bytes) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= CALLER_MAX or not value.isprintable():
        raise InvalidInput.one("x-caller", "is not a name", f"1 to {CALLER_MAX} printable characters")
    return value


def digest_of(token: str) -> str:
    """Return what a file of tokens has of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def read_tokens(path: Path) -> dict[str, Caller]:
    """Read a file with one `sha256:DIGEST CALLER ROLE[,ROLE]` a line; blank lines and those from `#` on don't count.

    Raises InvalidInput with all wrong lines, which it doesn't repeat: one may be a token.
    """
    tokens: dict[str, Caller] = {}
    found: list[Violation] = []
    for row, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            digest, caller = _read_line(words)
            if digest in tokens:
                raise InvalidInput.one("", "is a token that stands above already", "one line for each token")
            tokens[digest] = caller
        except InvalidInput as error:
            found += [Violation(f"{path.name}:{row}", each.problem, each.allowed) for each in error.violations]
    if found:
        raise InvalidInput(found)
    return tokens


def _read_line(words: Sequence[str]) -> tuple[str, Caller]:
    if len(words) != 3 or not re.fullmatch(f"{SCHEME}[0-9a-f]{{64}}", words[0]):
        allowed = "sha256:DIGEST CALLER ROLE[,ROLE], as `jiaoqi token` prints it"
        raise InvalidInput.one("", "is no token's digest with its caller and roles", allowed)
    roles = words[2].split(",")
    strange = [role for role in roles if role not in set(Role)]
    if strange:
        raise InvalidInput.one("", f"{strange[0]!r} is no role", ", ".join(Role))
    return words[0].removeprefix(SCHEME), Caller(_checked(words[1]), frozenset(map(Role, roles)))
