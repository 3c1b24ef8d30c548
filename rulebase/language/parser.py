"""Reads rule files into trees. Every item with a mistake is told; the others are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from lark import Lark, Token, UnexpectedToken
from lark.lexer import Lexer as LarkLexer

from domain.values import replace
from rulebase.language import tokens
from rulebase.language.building import Building
from rulebase.language.problems import Problem, RuleProblems
from rulebase.language.tokens import ITEM_STARTS, Lexed, Lexer, Unknown, position
from rulebase.language.tree import Expression, File, Item, Literal, Position, Rule, Set
from rulebase.language.vocabulary import Field, Vocabulary, nearest, nearest_fields
from rulebase.language.walk import depth
from rulebase.language.words import KEYWORD, KINDS, RELATIONS, UNITS

TEXT_MAX = 2_000_000
"""Characters of a rule file."""
EXPECTED_SHOWN = 8
DEPTH_MAX = 40
"""Conditions and values within one another; everything that walks over them may then recurse."""

_Reader = Callable[[str, Vocabulary], Iterator[tuple[str, Field]]]
_SHOWN = {
    "TEXT": ("“文字”", '"a text"'), "NUMBER": ("数字", "a number"), "DATE": ("日期", "a date"),
    "FIELD": ("字段名", "the name of a fact"), "ENTITY": ("订单、客户、行…", "order, customer, line..."),
    "COLON": (":", ":"), "COMMA": (",", ","), "DOT": (".", "."), "SLASH": ("/", "/"), "LPAR": ("(", "("),
    "RPAR": (")", ")"), "LBRACK": ("[", "["), "RBRACK": ("]", "]"), "PLUS": ("+", "+"), "MINUS": ("-", "-"),
    "TIMES": ("*", "*"), "STOP": ("。", ";"), "RELATION": ("= > <", "= > <"),
}  # fmt: skip

_UNITS_SHOWN = ("元 (yuan)", "天 (days)", "小时 (hours)", "%")
"""Units that are told where a number is followed by a word that nobody knows."""


def parse(texts: Mapping[str, str], vocabulary: Vocabulary | None = None) -> dict[str, File]:
    """The trees of files by name; they share the facts that any of them derives.

    Raises
    ------
    RuleProblems
        Every item that can't be read.
    """
    base = vocabulary or Vocabulary()
    declared = base.with_derived(_found(texts.values(), base, tokens.declared))
    known = declared.with_derived(_found(texts.values(), declared, tokens.implied))
    files, problems = {}, []
    for name, text in texts.items():
        file, wrong = _read(text, known)
        files[name] = file
        problems += [replace(problem, file=name) for problem in wrong]
    if problems:
        raise RuleProblems(problems)
    return files


def parse_text(text: str) -> File:
    """The tree of one file. Raises RuleProblems."""
    return parse({"": text})[""]


def _found(texts: Iterable[str], base: Vocabulary, read: _Reader) -> dict[str, tuple[Field, ...]]:
    """The derived facts of a vocabulary with those that the texts add to them."""
    found: dict[str, list[Field]] = {entity: list(facts) for entity, facts in base.derived.items()}
    for text in texts:
        for entity, fact in read(text, base):
            found.setdefault(entity, []).append(fact)
    return {entity: tuple(facts) for entity, facts in found.items()}


def _read(text: str, vocabulary: Vocabulary) -> tuple[File, list[Problem]]:
    if len(text) > TEXT_MAX:
        zh, en = f"文件超过 {TEXT_MAX} 字", f"the file has more than {TEXT_MAX} characters"
        return File(()), [Problem(Position(1, 1), zh, en)]
    lexed = Lexer(text, vocabulary).read()
    items: list[Item] = []
    problems = list(lexed.problems)
    groups = list(_groups(lexed))
    kept, rest = _comments(groups, lexed.comments)
    for group, comments in zip(groups, kept, strict=True):
        if any(token.type == "BROKEN" for token in group):
            continue
        try:
            # The transformer makes items of what lark would call a tree.
            item: Any = _lark().parse(group)
        except UnexpectedToken as error:
            problems += _syntax(error, group, vocabulary)
        else:
            if any(depth(part) > DEPTH_MAX for part in _expressions(item)):
                zh, en = f"嵌套超过 {DEPTH_MAX} 层", f"is nested more than {DEPTH_MAX} deep"
                problems.append(Problem(position(group[0]), zh, en))
            items.append(replace(item, comments=comments))
    problems.sort(key=lambda problem: (problem.at.line, problem.at.column))
    return File(tuple(items), rest), problems


def _expressions(item: Item) -> list[Expression]:
    if not isinstance(item, Rule):
        return []
    return [item.condition, *(effect.value for effect in item.effects if isinstance(effect, Set))]


def _groups(lexed: Lexed) -> Iterator[list[Token]]:
    """The tokens of each item; what stands before the first item is one of its own."""
    group: list[Token] = []
    for token in lexed.tokens:
        if token.type in ITEM_STARTS and group:
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _comments(
    groups: list[list[Token]], comments: list[tuple[int, str]]
) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Comments before, in, and on the last line of an item belong to it; what is left belongs to the file."""
    kept: list[tuple[str, ...]] = []
    place = 0
    for group in groups:
        last = group[-1].line or 0
        mine = []
        while place < len(comments) and comments[place][0] <= last:
            mine.append(comments[place][1])
            place += 1
        kept.append(tuple(mine))
    return kept, tuple(text for _, text in comments[place:])


class _Given(LarkLexer):
    """Hands tokens on that were read before."""

    def __init__(self, conf: Any) -> None:
        """Take no settings."""

    def lex(self, data: Any, parser_state: Any = None) -> Iterator[Token]:
        return iter(data)


@cache
def _lark() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Given, transformer=Building())


def _syntax(error: UnexpectedToken, group: list[Token], vocabulary: Vocabulary) -> list[Problem]:
    problems = []
    token = error.token
    unknown = [other for other in group if isinstance(other.value, Unknown)]
    terminals = sorted(error.accepts or error.expected)
    if token not in unknown or not any(token is other for other in unknown):
        problems.append(_unexpected(token, group, terminals))
    for before, other in pairwise([group[0], *group]):
        if isinstance(other.value, Unknown):
            expected = terminals if other is token else []
            bare = isinstance(before.value, Literal) and before.value.kind.plain
            problems.append(_no_such_word(other, expected, vocabulary, after_number=bare))
    return problems


def _unexpected(token: Token, group: list[Token], terminals: list[str]) -> Problem:
    if token.type == "$END":
        last = group[-1]
        at = Position(last.end_line or last.line or 0, (last.column or 0) + len(last))
        return Problem(at, "这一条没有写完", "this item is not finished", _shown(terminals))
    return Problem(position(token), f"这里不能是 {token!s}", f"{token!s} can't stand here", _shown(terminals))


def _no_such_word(token: Token, terminals: list[str], vocabulary: Vocabulary, *, after_number: bool) -> Problem:
    unknown: Unknown = token.value
    if unknown.entity:
        entity = vocabulary.entity_by_key[unknown.entity]
        zh = f"{entity.zh[0]}没有“{unknown.word}”这一项"
        en = f'there is no "{unknown.word}" of {entity.en[0]}'
        return Problem(
            position(token), zh, en, nearest=nearest_fields(unknown.word, vocabulary.field_words(entity.key))
        )
    words = [word for terminal in terminals for word in _words(terminal, vocabulary)]
    units = UNITS if after_number else ()
    near = nearest(unknown.word, [*words, *units]) or nearest(unknown.word, tokens.all_words(vocabulary))
    zh, en = f"不认识“{unknown.word}”", f'the word "{unknown.word}" is not known'
    shown = (*_UNITS_SHOWN, *_shown(terminals))[:EXPECTED_SHOWN] if after_number else _shown(terminals)
    return Problem(position(token), zh, en, shown, tuple(near))


def _words(terminal: str, vocabulary: Vocabulary) -> list[str]:
    if terminal == "ENTITY":
        return list(vocabulary.entity_words)
    if terminal == "TYPE":
        return [word for keyword in KINDS.values() for word in (*keyword.zh, *keyword.en)]
    if terminal == "RELATION":
        return [word for words in RELATIONS.values() for word in words]
    keyword = KEYWORD.get(terminal)
    return [] if keyword is None else [*keyword.zh, *keyword.en]


def _shown(terminals: Iterable[str]) -> tuple[str, ...]:
    """What is expected, in both languages: words in the order of the language, then signs."""
    order = {terminal: place for place, terminal in enumerate([*KEYWORD, *_SHOWN])}
    shown = []
    for terminal in sorted(terminals, key=lambda terminal: order.get(terminal, -1)):
        keyword = KEYWORD.get(terminal)
        if keyword is not None:
            shown.append(f"{keyword.zh[0]} ({keyword.en[0]})")
        elif terminal in _SHOWN:
            zh, en = _SHOWN[terminal]
            shown.append(zh if zh == en else f"{zh} ({en})")
        elif terminal == "TYPE":
            shown += [f"{keyword.zh[0]} ({keyword.en[0]})" for keyword in KINDS.values()]
    return tuple(shown[:EXPECTED_SHOWN])
