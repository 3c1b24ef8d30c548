"""Reason texts with values filled in: `{customer.overdue_count}` in either language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lark import Token

from rulebase.language.kinds_of import KindError, kind_of
from rulebase.language.tokens import Lexer, Unknown
from rulebase.language.tree import Fact, Text
from rulebase.language.vocabulary import Vocabulary, nearest, nearest_fields

_PARTS = re.compile(r"(\{\{|\}\}|\{[^{}]*\}|[{}])")


def parts_of(text: Text, language: str, vocabulary: Vocabulary) -> tuple[str | Fact, ...]:
    """The pieces of a text: words, and facts whose values belong there. `{{` and `}}` are braces.

    Raises
    ------
    KindError
        For a brace without its other half, and for what is no fact.
    """
    found: list[str | Fact] = []
    for part in _PARTS.split(text.say(language)):
        if part in ("{", "}"):
            raise KindError(
                text, "大括号不成对；要写大括号请写两个", "a brace without its other half; write two for one"
            )
        if part in ("{{", "}}"):
            found.append(part[0])
        elif part.startswith("{"):
            found.append(_fact(part[1:-1], text, vocabulary))
        elif part:
            found.append(part)
    return tuple(found)


def _fact(inner: str, text: Text, vocabulary: Vocabulary) -> Fact:
    tokens = Lexer(inner, vocabulary).read().tokens
    shape = [token.type for token in tokens]
    if shape[:3] != ["ENTITY", "DOT", "FIELD"] or shape[3:] not in ([], ["LBRACK", "TEXT", "RBRACK"]):
        near = _near(tokens, vocabulary)
        raise KindError(text, f"大括号里不是一项事实：{{{inner}}}", f"no fact stands in the braces: {{{inner}}}", near)
    fact = Fact(str(tokens[0].value), str(tokens[2].value), str(tokens[4].value) if len(tokens) > 3 else "", at=text.at)
    kind_of(fact, vocabulary)
    return fact


def _near(tokens: Sequence[Token], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The known words that are most like the first one that isn't."""
    unknown = next((token.value for token in tokens if isinstance(token.value, Unknown)), None)
    if unknown is None:
        return ()
    if not unknown.entity:
        return tuple(nearest(unknown.word, vocabulary.entity_words))
    return nearest_fields(unknown.word, vocabulary.field_words(unknown.entity))
