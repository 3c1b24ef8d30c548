"""Facts from JSON: `{"order": {"order.amount": 600000}, "lines": [{"line.quantity": 5}]}` in the units of Kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulebase.engine.facts import Facts
from rulebase.language.kinds import Kind
from rulebase.language.kinds_of import KIND_EN, KIND_ZH
from rulebase.language.vocabulary import FactValue, Field, Vocabulary, nearest

INTEGER_MAX = 2**53
_WHOLE = (
    "整数，单位为分、秒、Unix 秒、件或百万分之一，最大 2^53",
    "whole fen, seconds, Unix seconds, pieces or millionths, up to 2^53",
)
_ALLOWED = {
    Kind.TEXT: ("文字", "a text"),
    Kind.TEXTS: ("文字列表", "a list of texts"),
    Kind.FLAG: ("true 或 false", "true or false"),
}


class FactProblem(Exception):
    """A fact that isn't one: its key, what is wrong, what would be right, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)

    def say(self, language: str) -> str:
        """The problem in one of them."""
        return self.zh if language == "zh" else self.en

    def at(self, number: int) -> FactProblem:
        """The same, found in the line of this number."""
        return FactProblem(f"{number}: {self.zh}", f"{number}: {self.en}")


def facts_of_json(document: Any, vocabulary: Vocabulary) -> Facts:
    """The facts of a document; what it doesn't name is missing, as it would be on an order.

    Raises
    ------
    FactProblem
    """
    return FactReader(vocabulary).read(document)


class FactReader:
    """Reads the facts of many documents by one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._order, self._line = (_known(vocabulary, per_line) for per_line in (False, True))

    def read(self, document: Any) -> Facts:
        """The facts of a document; see `facts_of_json`. Raises FactProblem."""
        if not isinstance(document, dict) or set(document) - {"order", "lines"}:
            shape = '{"order": {...}, "lines": [{...}]}'
            raise FactProblem(f"事实应写成 {shape}", f"facts are {shape}")
        lines = document.get("lines", [])
        if not isinstance(lines, list) or not lines:
            raise FactProblem('"lines" 应是至少含一行的列表', '"lines" is a list of at least one line')
        order = _values(document.get("order", {}), self._order, ("订单", "an order"))
        return Facts(order, tuple(_values(line, self._line, ("订单行", "a line")) for line in lines))


def _known(vocabulary: Vocabulary, per_line: bool) -> dict[str, Field]:
    return {
        f"{entity.key}.{field.key}": field
        for entity in vocabulary.entities
        if entity.per_line is per_line
        for field in entity.fields
    }


def _values(document: Any, known: Mapping[str, Field], whose: tuple[str, str]) -> Mapping[str, FactValue | None]:
    if not isinstance(document, dict):
        raise FactProblem(f"{document!r} 不是事实的对象", f"{document!r} is no object of facts")
    found: dict[str, FactValue | None] = {}
    for key, value in document.items():
        field = known.get(str(key).partition("[")[0])
        if field is None or field.keyed is not str(key).endswith("]"):
            near = ", ".join(nearest(str(key), known))
            zh = f"{whose[0]}没有事实 {key!r}；最接近的：{near}"
            raise FactProblem(zh, f"{key!r} is no fact of {whose[1]}; nearest: {near}")
        found[str(key)] = _value(str(key), value, field)
    return found


def _value(key: str, value: Any, field: Field) -> FactValue | None:
    if value is None:
        return None
    if field.kind is Kind.TEXTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return frozenset(value)
    if field.kind is Kind.TEXT and isinstance(value, str):
        return value
    if field.kind is Kind.FLAG and isinstance(value, bool):
        return value
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= INTEGER_MAX
    if whole and field.kind not in (Kind.TEXTS, Kind.TEXT, Kind.FLAG):
        found: int = value
        return found
    allowed = _ALLOWED.get(field.kind, _WHOLE)
    zh = f"{key}：{value!r} 不是{KIND_ZH[field.kind]}（允许：{allowed[0]}）"
    raise FactProblem(zh, f"{key}: {value!r} is not {KIND_EN[field.kind]} (allowed: {allowed[1]})")
