"""Writes trees as text, in Chinese or English: the one layout that `fmt` makes, and the translator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from rulebase.language.kinds import MICRO, Kind
from rulebase.language.tokens import quoted
from rulebase.language.tree import (
    And,
    Arithmetic,
    Bar,
    Between,
    Compare,
    Contains,
    Count,
    Derived,
    Effect,
    Example,
    Expectation,
    ExpectFact,
    ExpectOutcome,
    ExpectRule,
    Expression,
    Fact,
    File,
    Freeze,
    Given,
    Has,
    Item,
    Lines,
    Literal,
    Member,
    Not,
    Note,
    Offer,
    Or,
    Outcome,
    Pass,
    Quantity,
    Refuse,
    Require,
    Review,
    Rule,
    Sum,
    Text,
    TextTest,
    Total,
)  # fmt: skip
from rulebase.language.vocabulary import Vocabulary
from rulebase.language.words import DURATIONS, KEYWORD, KINDS

WIDTH = 100
INDENT = "    "

_OR, _AND, _NOT, _TEST, _SUM, _PRODUCT, _ATOM = range(7)
_TESTS = {TextTest.CONTAINS: "CONTAINS", TextTest.LACKS: "LACKS", TextTest.STARTS: "STARTS", TextTest.ENDS: "ENDS"}
_QUANTITIES = {Quantity.SOME: "SOME", Quantity.EVERY: "EVERY", Quantity.NO: "NONE"}


def format_file(file: File, vocabulary: Vocabulary, language: str) -> str:
    """The file in a language, `zh` or `en`; `vocabulary` has the derived facts of all files read together."""
    writer = Writer(vocabulary, language)
    parts = [writer.item(item) for item in file.items]
    if file.comments:
        parts.append(writer.comments(file.comments))
    return "\n".join(parts)


def micro_text(value: int) -> str:
    """Millionths as a decimal number."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(value, MICRO)
    return f"{sign}{whole}.{part:06d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def yuan_text(fen: int) -> str:
    """Fen as yuan, with two decimals where they count."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    whole, part = divmod(fen, 100)
    return f"{sign}{whole}.{part:02d}" if part else f"{sign}{whole}"


def money_text(fen: int, language: str) -> str:
    """Money with its unit: 50万元, 1234.50元, 500000 yuan."""
    if language == "en":
        return f"{yuan_text(fen)} yuan"
    if fen and fen % MICRO == 0:
        return f"{fen // MICRO}万元"
    return f"{yuan_text(fen)}元"


def duration_text(seconds: int, language: str) -> str:
    """A duration in the largest unit that divides it."""
    for size, zh, one, many in DURATIONS:
        if seconds % size == 0:
            count = seconds // size
            return f"{count}{zh}" if language == "zh" else f"{count} {one if count == 1 else many}"
    raise AssertionError("seconds divide everything")


def moment_text(at: datetime, language: str) -> str:
    """A day, with hour and minute unless it is midnight."""
    clock = f" {at.hour:02d}:{at.minute:02d}" if at.hour or at.minute else ""
    return day_text(at.date(), language) + clock


def day_text(day: date, language: str) -> str:
    """A day of the calendar."""
    return f"{day.year:04d}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


class Writer:
    """Writes nodes in one language."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        self._vocabulary = vocabulary
        self._language = language

    def _say(self, terminal: str) -> str:
        return KEYWORD[terminal].say(self._language)

    # Items.

    def item(self, item: Item) -> str:
        """An item with the comments before it, ending in a line break."""
        match item:
            case Rule():
                text = self.rule(item)
            case Derived():
                text = self.derived(item)
            case Example():
                text = self._example(item)
        return self.comments(item.comments) + text + "\n"

    def comments(self, comments: Iterable[str]) -> str:
        """Comments, a line each."""
        return "".join(f"# {text}\n" if text else "#\n" for text in comments)

    def rule(self, rule: Rule) -> str:
        """A rule without the comments before it."""
        head = [self._say("RULE"), self.text(rule.name)]
        if rule.rank:
            head += [self._say("RANK"), str(rule.rank)]
        head += self._validity(rule)
        if rule.owner is not None:
            head += [self._say("OWNER"), self.text(rule.owner)]
        lines = [" ".join(head) + ":", f"{self._say('WHEN')} {self._condition(rule.condition)}"]
        effects = ", ".join(self.effect(effect) for effect in rule.effects)
        lines.append(f"{self._say('THEN')} {effects}")
        if rule.reason is not None:
            lines.append(f"{self._say('BECAUSE')} {self.text(rule.reason)}")
        return ("\n" + INDENT).join(lines)

    def _validity(self, rule: Rule) -> list[str]:
        parts = []
        if rule.first is not None:
            parts += [] if rule.last is not None else [self._say("FROM")]
            parts.append(day_text(rule.first, self._language))
        if rule.last is not None:
            parts += [self._say("TO"), day_text(rule.last, self._language)]
        return [self._say("VALID"), *parts] if parts else []

    def _condition(self, condition: Expression) -> str:
        text = self.expression(condition)
        if len(text) <= WIDTH or not isinstance(condition, (And, Or)):
            return text
        word, level = (self._say("AND"), _NOT) if isinstance(condition, And) else (self._say("OR"), _AND)
        return f"\n{INDENT}  {word} ".join(self.expression(part, level) for part in condition.parts)

    def derived(self, derived: Derived) -> str:
        """The declaration of a fact."""
        entity = self._vocabulary.entity_by_key[derived.entity]
        names = [f"{entity.zh[0]}.{derived.zh}", f"{entity.en[0]}.{derived.en}"]
        if self._language == "en":
            names.reverse()
        name = names[0] if derived.zh == derived.en else " / ".join(names)
        parts = [self._say("DERIVED"), name, self._say("AS"), KINDS[derived.kind].say(self._language)]
        if derived.choices:
            parts += [self._say("ONE_OF"), self._list(derived.choices)]
        if derived.default is not None:
            parts += [self._say("DEFAULT"), self.expression(derived.default)]
        return " ".join(parts)

    def _example(self, example: Example) -> str:
        entity = self._vocabulary.entity_by_key["line"]
        line_word = entity.zh[0] if self._language == "zh" else entity.en[0]
        given = [self._given(one) for one in example.given]
        given += [f"{line_word} ({', '.join(self._given(one) for one in line)})" for line in example.lines]
        expected = ", ".join(self.expectation(one) for one in example.expected)
        lines = [f"{self._say('EXAMPLE')} {self.text(example.name)}:"]
        lines.append(f"{self._say('GIVEN')} {', '.join(given)}")
        if len(lines[-1]) > WIDTH:
            lines[-1] = f"{self._say('GIVEN')} " + f",\n{INDENT}  ".join(given)
        lines.append(f"{self._say('EXPECT')} {expected}")
        return ("\n" + INDENT).join(lines)

    def _given(self, given: Given) -> str:
        value = self._list(given.value) if isinstance(given.value, tuple) else self.expression(given.value)
        return f"{self.expression(given.fact)} = {value}"

    def expectation(self, expected: Expectation) -> str:
        """What an example expects."""
        match expected:
            case ExpectOutcome(outcome=Outcome.PASS):
                return self._say("PASS")
            case ExpectOutcome(outcome=Outcome.REFUSE):
                return self._say("REFUSE")
            case ExpectOutcome(reviewer=None):
                return self._say("REVIEW").removesuffix(" by")
            case ExpectOutcome(reviewer=Text() as reviewer):
                return f"{self._say('REVIEW')} {self.text(reviewer)}"
            case ExpectRule(name=name, fires=fires):
                return f"{self._say('FIRES' if fires else 'NOT_FIRES')} {quoted(name)}"
            case ExpectFact(fact=fact, value=value):
                return f"{self.expression(fact)} = {self.expression(value)}"
        raise AssertionError(expected)

    def text(self, text: Text) -> str:
        """A text, in this language first; once where it is the same in both."""
        if text.zh == text.en:
            return quoted(text.zh)
        both = (text.zh, text.en) if self._language == "zh" else (text.en, text.zh)
        return " / ".join(quoted(one) for one in both)

    # Effects.

    def effect(self, effect: Effect) -> str:
        """An effect as it stands behind `then`."""
        match effect:
            case Pass():
                return self._say("PASS")
            case Refuse():
                return self._say("REFUSE")
            case Freeze():
                return self._say("FREEZE")
            case Review(reviewer=reviewer):
                return f"{self._say('REVIEW')} {self.text(reviewer)}"
            case Require(what=what, document=document):
                return f"{self._say('REQUIRE_DOCUMENT' if document else 'REQUIRE_ATTRIBUTE')} {quoted(what)}"
            case Note(text=text):
                return f"{self._say('NOTE')} {self.text(text)}"
            case Offer(promotion=promotion):
                return f"{self._say('OFFER')} {quoted(promotion)}"
            case Bar(promotion=promotion):
                return f"{self._say('BAR')} {quoted(promotion)}"
            case _:
                fact, value = self.expression(effect.fact), self.expression(effect.value, _SUM)
                return f"{self._say('SET')} {fact} = {value}"

    # Expressions.

    def expression(self, node: Expression, least: int = _OR) -> str:
        """A value or condition, in parentheses where it binds less than `least`."""
        level, text = self._bound(node)
        return text if level >= least else f"({text})"

    def _bound(self, node: Expression) -> tuple[int, str]:
        match node:
            case Or(parts=parts):
                return _OR, f" {self._say('OR')} ".join(self.expression(part, _AND) for part in parts)
            case And(parts=parts):
                return _AND, f" {self._say('AND')} ".join(self.expression(part, _NOT) for part in parts)
            case Not(condition=condition):
                return _NOT, f"{self._say('NOT')} {self.expression(condition, _NOT)}"
            case Compare(op=op, left=left, right=right):
                return _TEST, f"{self.expression(left, _SUM)} {op.value} {self.expression(right, _SUM)}"
            case Between() | Member() | Contains() | Has() | Lines():
                return _TEST, self._test(node)
            case Arithmetic(op=op, left=left, right=right):
                level = _SUM if op in (Sum.PLUS, Sum.MINUS) else _PRODUCT
                return level, f"{self.expression(left, level)} {op.value} {self.expression(right, level + 1)}"
            case Fact():
                return _ATOM, self._fact(node)
            case Literal():
                return _ATOM, self._literal(node)
            case Count(condition=condition):
                if self._language == "zh":
                    return _ATOM, f"{self._say('MEETS')} ({self.expression(condition)}) {self._say('COUNT')}"
                return _ATOM, f"{self._say('COUNT')} with ({self.expression(condition)})"
            case Total(value=value, condition=narrowed):
                text = f"{self._say('TOTAL')} ({self.expression(value)})"
                if narrowed is not None:
                    meets = self._say("MEETS") if self._language == "zh" else "over lines with"
                    text += f" {meets} ({self.expression(narrowed)})"
                return _ATOM, text
        raise AssertionError(node)

    def _test(self, node: Between | Member | Contains | Has | Lines) -> str:
        match node:
            case Between(value=value, low=low, high=high):
                to = self._say("TO") if self._language == "zh" else self._say("AND")
                limits = f"{self.expression(low, _SUM)} {to} {self.expression(high, _SUM)}"
                return f"{self.expression(value, _SUM)} {self._say('BETWEEN')} {limits}"
            case Member(value=value, among=among, negated=negated):
                word = self._say("NOT_IN" if negated else "IN")
                return f"{self.expression(value, _SUM)} {word} {self._list(among)}"
            case Contains(op=op, value=value, part=part):
                return f"{self.expression(value, _SUM)} {self._say(_TESTS[op])} {quoted(part)}"
            case Has(fact=fact):
                return f"{self._say('HAS')} {self._fact(fact)}"
            case Lines(quantity=quantity, condition=condition):
                word = self._say(_QUANTITIES[quantity])
                return f"{word} {self._say('MEETS')} ({self.expression(condition)})"
        raise AssertionError(node)

    def _fact(self, fact: Fact) -> str:
        entity = self._vocabulary.entity_by_key[fact.entity]
        found = self._vocabulary.field_by_key[fact.entity, fact.key]
        words = (entity.zh[0], found.zh[0]) if self._language == "zh" else (entity.en[0], found.en[0])
        return ".".join(words) + (f"[{quoted(fact.name)}]" if found.keyed else "")

    def _list(self, literals: Iterable[Literal]) -> str:
        return f"[{', '.join(self._literal(literal) for literal in literals)}]"

    def _literal(self, literal: Literal) -> str:
        value = literal.value
        match literal.kind:
            case Kind.TEXT:
                return quoted(str(value))
            case Kind.FLAG:
                return self._say("YES" if value else "NO")
            case Kind.MOMENT:
                assert isinstance(value, datetime)
                return moment_text(value, self._language)
        assert isinstance(value, int)
        if literal.kind is Kind.MONEY:
            return money_text(value, self._language)
        if literal.kind is Kind.DURATION:
            return duration_text(value, self._language)
        if literal.kind is Kind.COUNT:
            return str(value)
        if literal.percent:
            return micro_text(value * 100) + "%"
        text = micro_text(value)
        # Without a point it would be a count.
        return text if "." in text else text + ".0"
