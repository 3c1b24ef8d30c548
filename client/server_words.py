"""What the server says of mistakes, in the reader's language.

It travels as English text with the values in it. The catalogue has each of these texts with the values in braces: by
them the server's own are told apart, taken to pieces and said in Chinese. What no text of the catalogue matches, as of
a newer server, stays as it is.
"""

from __future__ import annotations

import re
from ast import literal_eval
from contextlib import suppress
from functools import cache, lru_cache
from string import Formatter

from msgspec import Struct

from client.catalogue import keys, known, language, say, texts

_PREFIXES = ("wrong.", "why.")
_ALLOWED = re.compile(r"(.*) \(allowed: (.*)\)", re.DOTALL)
_DAYS = r"-?\d+ days?, [\d:.]+"
_FIGURE = rf"{_DAYS}|-?\d[-\d.,:+TZ]*(?: \d\d:[-\d.:+]*)?"
_QUOTED = r"""'(?:[^'\\]|\\.)*(?:'|\.\.\.\Z)|"(?:[^"\\]|\\.)*(?:"|\.\.\.\Z)"""
"""A text as Python quotes it; the server cuts long ones short."""
_CUT, _CUT_LEAST = "...", 40
"""What stands for the rest, and how many characters stand before it at least."""
_FREE = r"(?:(?! line \d+[:,] ).)+"
"""Data, which is not the line that something is said of."""
FIGURES = frozenset(("clock", "column", "count", "days", "digits", "high", "line", "low", "number", "time"))
"""Values that are numbers or times."""
_SPOKEN = frozenset(("counts", "known", "said", "why"))
"""Values that are texts of the catalogue themselves."""
_CHINESE = re.compile("[\u4e00-\u9fff]")


class Wording(Struct, frozen=True):
    """A text of the catalogue by its English: the pieces around its values, what it matches, which are quoted."""

    key: str
    pieces: tuple[str, ...]
    pattern: re.Pattern[str]
    quoted: frozenset[str]
    values: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, str]:
        """Those that say more go first, and of these those that leave less open."""
        closed = sum(value in self.quoted or value in FIGURES or value == "kind" for value in self.values)
        return -sum(map(len, self.pieces)), len(self.values) - closed, self.key

    def begins_with(self, said: str) -> bool:
        """Whether what is said is the beginning of this text, which has no values."""
        return not self.values and len(said) > _CUT_LEAST and self.pieces[0].startswith(said)

    def values_in(self, said: str) -> dict[str, str] | None:
        """The values of this text in what is said; None: that is another one."""
        if not all(piece in said for piece in self.pieces):
            return None
        found = self.pattern.fullmatch(said)
        if found is None:
            return None
        return {name: _unquoted(v) if name in self.quoted else v for name, v in found.groupdict().items()}


def in_words(said: str) -> str:
    """Return what the server says of a mistake in the reader's language, with what is allowed where it says that."""
    if language() == "en":
        return said
    split = _ALLOWED.fullmatch(said)
    if split is not None:
        return say("mistake.allowed", problem=in_words(split[1]), allowed=in_words(split[2]))
    several = said.split("; ")
    found = None if len(several) > 1 and all(map(match, several)) else match(said)
    if found is not None:
        key, values = found
        return say(key, **{name: _value(name, value) for name, value in values.items()})
    if len(several) > 1:
        return ";".join(map(in_words, several))
    chinese, _, english = said.partition(" / ")
    return chinese if _CHINESE.search(chinese) and english and not _CHINESE.search(english) else said


@lru_cache(2000)
def match(said: str) -> tuple[str, dict[str, str]] | None:
    """Return the key of the text of the catalogue that is meant, and its values; None: there is none."""
    for wording in _wordings():
        values = wording.values_in(said)
        if values is not None:
            return wording.key, values
    begun = [each.key for each in _wordings() if said.endswith(_CUT) and each.begins_with(said.removesuffix(_CUT))]
    return (begun[0], {}) if len(begun) == 1 else None


def values_in(key: str, said: str) -> dict[str, str] | None:
    """Return the values of a text of the catalogue in what the server says; None: it says something else."""
    return _wording(key).values_in(said)


@cache
def _wordings() -> tuple[Wording, ...]:
    found = (_wording(key) for key in keys() if key.startswith(_PREFIXES))
    return tuple(sorted(found, key=lambda wording: wording.rank))


def _wording(key: str) -> Wording:
    parts = list(Formatter().parse(texts(key)[1]))
    pattern = "".join(re.escape(piece) + _group(name, quoted == "r") for piece, name, _, quoted in parts)
    return Wording(
        key,
        tuple(piece for piece, _, _, _ in parts if piece),
        re.compile(pattern, re.DOTALL),
        frozenset(name for _, name, _, quoted in parts if name and quoted),
        tuple(name for _, name, _, _ in parts if name),
    )


def _group(name: str | None, quoted: bool) -> str:
    if name is None:
        return ""
    if name == "kind":
        noun = "|".join(re.escape(noun) for noun in sorted(_nouns(), key=len, reverse=True))
        return f"(?P<kind>(?:{noun})(?:(?:, | or )(?:{noun}))*)"
    free = ".+" if name in _SPOKEN else _FREE
    return f"(?P<{name}>{_QUOTED if quoted else _FIGURE if name in FIGURES else free})"


@cache
def _nouns() -> dict[str, str]:
    """The keys of nouns by their English."""
    return {texts(key)[1]: key for key in keys() if key.startswith("noun.")}


def _value(name: str, value: str) -> str:
    if name == "kind":
        *others, last = (say(_nouns()[noun]) for noun in re.split(", | or ", value))
        return say("mistake.or", others="、".join(others), last=last) if others else last
    if name == "mark":
        key = f"PROGRESS_KIND_{value.upper()}"
        return say(key) if known(key) else value
    if name in _SPOKEN or re.fullmatch(_DAYS, value):
        return in_words(value)
    return value


def _unquoted(text: str) -> str:
    """A text without its quotes; what can't be printed stays escaped."""
    with suppress(ValueError, SyntaxError):
        found = str(literal_eval(text))
        if found.isprintable():
            return found
    return text[1:] if text.endswith(_CUT) else text[1:-1]
