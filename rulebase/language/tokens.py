"""Words, numbers with units, dates, texts and signs of a rule file, in either language and with or without blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lark import Token
from msgspec import Struct, field

from rulebase.language.kinds import MICRO, Kind
from rulebase.language.problems import Problem
from rulebase.language.tree import Literal, Position
from rulebase.language.vocabulary import DESK_FACTS, Field, Vocabulary, words_of
from rulebase.language.words import PHRASES, UNITS

VALUE_MAX = 10**18
TEXT_MAX = 1000
ITEM_STARTS = frozenset({"RULE", "DERIVED", "EXAMPLE"})

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width signs, digits and letters are what they look like."""
_QUOTES = {'"': '"', "“": "”", "「": "」"}
_SIGNS = {
    "==": ("RELATION", "="), "!=": ("RELATION", "!="), "<>": ("RELATION", "!="), "<=": ("RELATION", "<="),
    ">=": ("RELATION", ">="), "=": ("RELATION", "="), "≠": ("RELATION", "!="), "≤": ("RELATION", "<="),
    "≥": ("RELATION", ">="), "<": ("RELATION", "<"), ">": ("RELATION", ">"),
    ":": ("COLON", ""), ",": ("COMMA", ""), "、": ("COMMA", ""), "。": ("STOP", ""), ";": ("STOP", ""),
    ".": ("DOT", ""), "/": ("SLASH", ""), "÷": ("SLASH", ""), "(": ("LPAR", ""), ")": ("RPAR", ""),
    "[": ("LBRACK", ""), "]": ("RBRACK", ""), "【": ("LBRACK", ""), "】": ("RBRACK", ""),
    "+": ("PLUS", ""), "-": ("MINUS", ""), "−": ("MINUS", ""), "*": ("TIMES", ""), "×": ("TIMES", ""),
}  # fmt: skip
_BLANK = re.compile(r"\s+")
_COMMENT = re.compile(r"(?:#|//)([^\n]*)")
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d[\d_]*(?:\.\d+)?")
_DATES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)(?:[ T](\d{1,2}):(\d\d)(?!\d))?"),
    re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日(?: ?(\d{1,2}):(\d\d)(?!\d))?"),
)
_ESCAPES = {"n": "\n", "t": "\t"}
_BACK = {value: key for key, value in _ESCAPES.items()}


class Unknown(Struct, frozen=True):
    """A word that isn't one: `entity` is the key of the entity whose fact it should name, if it should."""

    word: str
    entity: str = ""


class Lexed(Struct):
    """The tokens of a text, its comments by line, and what can't be read."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def position(token: Token) -> Position:
    """Where a token stands."""
    return Position(token.line or 0, token.column or 0)


def quoted(text: str) -> str:
    """A text as it stands in a file."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    for sign, letter in _BACK.items():
        inner = inner.replace(sign, "\\" + letter)
    return f'"{inner}"'


class Lexer:
    """Reads one text. Words are looked up, the longest first, so that Chinese needs no blanks between them."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._raw = text
        self._text = text.translate(_WIDE)
        self._vocabulary = vocabulary
        self._place = 0
        self._line, self._line_start = 1, 0
        self._found = Lexed()
        self._words = _by_start({**PHRASES, **{w: ("ENTITY", e.key, "") for w, e in vocabulary.entity_words.items()}})
        self._fields: dict[str, dict[str, list[tuple[str, Field]]]] = {}

    def read(self) -> Lexed:
        """All tokens. Problems are texts, numbers and dates that can't be read; unknown words are tokens."""
        while self._place < len(self._text):
            self._step()
        return self._found

    def _step(self) -> None:
        text, place = self._text, self._place
        blank = _BLANK.match(text, place)
        if blank is not None:
            return self._go(blank.end())
        comment = _COMMENT.match(text, place)
        if comment is not None:
            self._found.comments.append((self._line, self._raw[comment.start(1) : comment.end(1)].strip()))
            return self._go(comment.end())
        if text[place] in _QUOTES:
            return self._read_text()
        if self._after_entity():
            return self._read_field()
        if text[place].isdigit():
            return self._read_number()
        for size in (2, 1):
            sign = _SIGNS.get(text[place : place + size])
            if sign is not None:
                return self._add(sign[0], sign[1], place + size)
        return self._read_word()

    def _go(self, end: int) -> None:
        passed = self._text.count("\n", self._place, end)
        if passed:
            self._line += passed
            self._line_start = self._text.rindex("\n", self._place, end) + 1
        self._place = end

    def _add(self, terminal: str, value: Any, end: int) -> None:
        token = Token(terminal, self._raw[self._place : end], self._place, self._line, self._here().column)
        token.value = value
        self._found.tokens.append(token)
        self._go(end)

    def _here(self) -> Position:
        return Position(self._line, self._place - self._line_start + 1)

    def _wrong(self, zh: str, en: str, end: int) -> None:
        self._found.problems.append(Problem(self._here(), zh, en))
        self._add("BROKEN", "", end)

    # Texts.

    def _read_text(self) -> None:
        close = _QUOTES[self._text[self._place]]
        place, found = self._place + 1, []
        # Full-width signs inside a text are the text's own.
        while place < len(self._raw) and self._text[place] != close and self._raw[place] != "\n":
            letter = self._raw[place]
            if letter == "\\" and place + 1 < len(self._raw):
                place += 1
                letter = _ESCAPES.get(self._raw[place], self._raw[place])
            found.append(letter)
            place += 1
        if place >= len(self._raw) or self._text[place] != close:
            return self._wrong(f"文字没有结束的引号 {close}", f"the text has no closing {close}", place)
        if len(found) > TEXT_MAX:
            return self._wrong(f"文字超过 {TEXT_MAX} 字", f"the text has more than {TEXT_MAX} characters", place + 1)
        return self._add("TEXT", "".join(found), place + 1)

    # Numbers and dates.

    def _read_number(self) -> None:
        for pattern in _DATES:
            found = pattern.match(self._text, self._place)
            if found is not None:
                return self._read_date(found)
        number = _NUMBER.match(self._text, self._place)
        if number is None:
            return self._wrong("不是数字", "is not a number", self._place + 1)
        kind, numerator, denominator, end = self._unit(number.end(), "." in number[0])
        value = Decimal(number[0].replace("_", "")) * numerator / denominator
        if abs(value) > VALUE_MAX:
            return self._wrong("数字太大", "the number is too large", end)
        if value != int(value):
            return self._wrong("数字比最小单位还细", "the number is finer than its smallest unit", end)
        percent = kind is Kind.NUMBER and denominator != 1
        return self._add("NUMBER", Literal(kind, int(value), percent=percent, at=self._here()), end)

    def _unit(self, place: int, decimal: bool) -> tuple[Kind, int, int, int]:
        after = place
        while after < len(self._text) and self._text[after] == " ":
            after += 1
        for word, (kind, numerator, denominator) in _UNITS:
            if self._stands(word, after):
                return kind, numerator, denominator, after + len(word)
        return (Kind.NUMBER, MICRO, 1, place) if decimal else (Kind.COUNT, 1, 1, place)

    def _read_date(self, found: re.Match[str]) -> None:
        try:
            value = datetime(*(int(part) for part in found.groups() if part is not None))  # type: ignore[arg-type]
        except ValueError:
            return self._wrong("没有这个日期或时间", "there is no such date or time", found.end())
        return self._add("DATE", Literal(Kind.MOMENT, value, at=self._here()), found.end())

    # Words.

    def _stands(self, word: str, place: int) -> bool:
        """Whether a word stands here, and no longer word of Latin letters."""
        end = place + len(word)
        if self._text[place:end].lower() != word.lower():
            return False
        return not (word[-1].isascii() and word[-1].isalnum() and end < len(self._text) and _latin(self._text[end]))

    def _after_entity(self) -> bool:
        tokens = self._found.tokens
        return len(tokens) > 1 and tokens[-1].type == "DOT" and tokens[-2].type == "ENTITY"

    def _read_field(self) -> None:
        entity = str(self._found.tokens[-2].value)
        if entity not in self._fields:
            self._fields[entity] = _by_start(self._vocabulary.field_words(entity))
        for word, found in self._fields[entity].get(self._text[self._place].lower(), ()):
            if self._stands(word, self._place):
                return self._add("FIELD", found.key, self._place + len(word))
        return self._unknown(entity)

    def _read_word(self) -> None:
        for word, (terminal, value, language) in self._words.get(self._text[self._place].lower(), ()):
            end = self._phrase_end(word)
            if end:
                shown = (value, language) if terminal not in ("ENTITY", "TYPE", "RELATION") else value
                return self._add(terminal, shown, end)
        return self._unknown("")

    def _phrase_end(self, word: str) -> int:
        """Where a word of the language ends here, any blanks between its parts; 0 when it isn't here."""
        place = self._place
        for number, part in enumerate(word.split(" ")):
            if number:
                blank = _BLANK.match(self._text, place)
                if blank is None:
                    return 0
                place = blank.end()
            if not self._stands(part, place):
                return 0
            place += len(part)
        return place

    def _unknown(self, entity: str) -> None:
        word = _WORD.match(self._text, self._place)
        end = word.end() if word else self._place + 1
        self._add("UNKNOWN", Unknown(self._raw[self._place : end], entity), end)


def _latin(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter == "_")


def _by_start(words: Mapping[str, Any]) -> dict[str, list[tuple[str, Any]]]:
    """Words by their first letter, the longest first."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for word in sorted(words, key=len, reverse=True):
        found.setdefault(word[0].lower(), []).append((word, words[word]))
    return found


_UNITS = sorted(UNITS.items(), key=lambda unit: -len(unit[0]))

# Facts that a text declares or sets; they must be known before the text can be read.

_DECLARED = re.compile(
    r"(?<!\w)(事实|fact)\s*([^\W\d]\w*)\s*\.\s*([^\W\d]\w*)(?:\s*/\s*([^\W\d]\w*)\s*\.\s*([^\W\d]\w*))?", re.IGNORECASE
)
_NOT_CODE = re.compile(r'"(?:[^"\\\n]|\\.)*"|“[^”\n]*”|「[^」\n]*」|(?:#|//)[^\n]*')


def declared(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Field]]:
    """The facts that a text declares with the keys of their entities; their kind isn't known yet."""
    code = _NOT_CODE.sub(" ", text.translate(_WIDE))
    for keyword, entity_word, first, _, second in _DECLARED.findall(code):
        entity = vocabulary.entity_words.get(entity_word.lower(), vocabulary.entity_words.get(entity_word))
        if entity is not None:
            zh, en = (first, second or first) if keyword == "事实" else (second or first, first)
            yield entity.key, Field(en, (zh,), (en,), Kind.TEXT, "")


_SETS = re.compile(
    r"(?:设为?|(?<![A-Za-z0-9_])set(?![A-Za-z0-9_]))\s*([^\W\d]\w*)\s*\.\s*([^\W\d]\w*?)(?:\s*(?:=|等于)|\s+(?:is|equals)\b)",
    re.IGNORECASE,
)


def implied(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Field]]:
    """The facts that a text sets and that aren't in the vocabulary, with the keys of their entities."""
    code = _NOT_CODE.sub(" ", text.translate(_WIDE))
    for entity_word, word in _SETS.findall(code):
        entity = vocabulary.entity_words.get(entity_word.lower(), vocabulary.entity_words.get(entity_word))
        if entity is None or any(word.lower() == known.lower() for known in vocabulary.field_words(entity.key)):
            continue
        desk = (field for field in DESK_FACTS.get(entity.key, ()) if word.lower() in words_of(field))
        yield entity.key, next(desk, Field(word, (word,), (word,), Kind.TEXT, ""))


def all_words(vocabulary: Vocabulary) -> list[str]:
    """Every word of the language and its facts' entities."""
    return [*PHRASES, *vocabulary.entity_words]
