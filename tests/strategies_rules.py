"""Random rules and facts, from any source of random numbers: hypothesis' own, which shrinks, or a seeded one.

Values are few and collide, so that limits are met exactly; facts that may be missing are missing often, and divisors
are 0 often.
"""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from rulebase.engine.facts import Facts
from rulebase.language.kinds import Kind
from rulebase.language.tree import (
    And,
    Arithmetic,
    Bar,
    Between,
    Compare,
    Contains,
    Count,
    Derived,
    Example,
    ExpectFact,
    ExpectOutcome,
    ExpectRule,
    Fact,
    File,
    Freeze,
    Given,
    Has,
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
    Relation,
    Require,
    Review,
    Rule,
    Set,
    Sum,
    Text,
    TextTest,
    Total,
)  # fmt: skip

ZONE = ZoneInfo("Asia/Shanghai")
NOW_S = int(datetime(2026, 3, 2, 9, tzinfo=ZONE).timestamp())
DAY_S = 86_400

_TEXTS = ("", "A", "B", "PP-1", "PP-2", "ABS")

DERIVED = (
    Derived("customer", "风险", "risk", Kind.TEXT, tuple(Literal(Kind.TEXT, text) for text in _TEXTS[1:])),
    Derived("order", "得分", "score", Kind.COUNT, default=Literal(Kind.COUNT, 2)),
    Derived("order", "加急", "rush", Kind.FLAG),
    Derived("customer", "系数", "factor", Kind.NUMBER, default=Literal(Kind.COUNT, 1)),
    Derived("line", "标记", "mark", Kind.TEXT),
    Derived("item", "折让", "allowance", Kind.MONEY),
    Derived("order", "等待", "patience", Kind.DURATION),
)
LEVEL = {(one.entity, one.en): number for number, one in enumerate(DERIVED)}
"""A rule reads only those of a lower level than it sets, so that there is no loop."""

_ORDER_FACTS = {
    Kind.COUNT: [Fact("order", "quantity"), Fact("customer", "overdue_count"), Fact("customer", "changes")],
    Kind.NUMBER: [Fact("order", "number_of", "Ra"), Fact("order", "number_of", "硬度")],
    Kind.MONEY: [Fact("order", "amount"), Fact("customer", "credit_limit"), Fact("customer", "receivables")],
    Kind.DURATION: [Fact("order", "lead"), Fact("clock", "time_of_day")],
    Kind.MOMENT: [Fact("clock", "now")],
    Kind.TEXT: [Fact("customer", "grade"), Fact("channel", "id"), Fact("order", "attribute", "材质")],
    Kind.TEXTS: [Fact("order", "documents")],
    Kind.FLAG: [],
}
_LINE_FACTS = {
    Kind.COUNT: [Fact("line", "quantity"), Fact("item", "on_hand")],
    Kind.MONEY: [Fact("line", "unit_price"), Fact("item", "cost")],
    Kind.MOMENT: [Fact("line", "latest_time"), Fact("line", "requested_time")],
    Kind.TEXT: [Fact("item", "id"), Fact("item", "family")],
    Kind.FLAG: [Fact("promise", "refused")],
}
_COUNTS = (0, 1, 2, 3, 5)
_NUMBERS = (0, 500_000, 1_000_000, 1_600_000, 2_000_000)
_MONEYS = (0, 100, 333, 5_000, 50_000_000)
_DURATIONS = (0, 60, 32_400, DAY_S, 3 * DAY_S)
_MOMENTS = tuple(datetime(2026, 3, day, hour) for day in (1, 2, 3) for hour in (0, 9))
_ORDERED = (Kind.COUNT, Kind.NUMBER, Kind.MONEY, Kind.DURATION, Kind.MOMENT)
_WORDS = ("财务", "finance", 'a "b"', "两\n行", "\\", "", "{{x}}", "a / b", "# no comment", "“双”", "：，。")


class RuleMaker:
    """Makes rules, examples and facts."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._readable = len(DERIVED)

    def _one(self, options):
        return options[self._random.randrange(len(options))]

    def _chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    # Values.

    def literal(self, kind: Kind) -> Literal:
        match kind:
            case Kind.COUNT:
                return Literal(kind, self._one((*_COUNTS, -1, 12_345)))
            case Kind.NUMBER:
                return Literal(kind, self._one((*_NUMBERS, -250_000, 1)), percent=self._chance(50))
            case Kind.MONEY:
                return Literal(kind, self._one((*_MONEYS, -7)))
            case Kind.DURATION:
                return Literal(kind, self._one((*_DURATIONS, 90)))
            case Kind.MOMENT:
                return Literal(kind, self._one(_MOMENTS))
            case Kind.FLAG:
                return Literal(kind, self._chance(50))
        return Literal(Kind.TEXT, self._one(_TEXTS))

    def fact(self, kind: Kind, lines: bool) -> Fact | None:
        found = list(_ORDER_FACTS.get(kind, ()))
        if lines:
            found += _LINE_FACTS.get(kind, ())
        for one in DERIVED[: self._readable]:
            if one.kind is kind and (lines or one.entity not in ("line", "item")):
                found.append(Fact(one.entity, one.en))
        return self._one(found) if found else None

    def value(self, kind: Kind, depth: int, lines: bool, within: bool = False):
        """A value of a kind; `lines`: facts of lines may be read, `within`: a quantifier stands around it."""
        if depth <= 0 or self._chance(50) or kind in (Kind.TEXT, Kind.FLAG):
            found = self.fact(kind, lines) if self._chance(70) else None
            return found or self.literal(kind)
        if kind is Kind.COUNT and not within and self._chance(40):
            return Count(self.condition(depth - 1, True, True))
        if kind in (Kind.COUNT, Kind.MONEY) and not within and self._chance(40):
            narrowed = self.condition(depth - 1, True, True) if self._chance(50) else None
            return Total(self.value(kind, depth - 1, True, True), narrowed)
        return self._arithmetic(kind, depth, lines, within)

    def _arithmetic(self, kind: Kind, depth: int, lines: bool, within: bool):
        def inner(wanted: Kind):
            return self.value(wanted, depth - 1, lines, within)

        plain = self._one((Kind.COUNT, Kind.NUMBER))
        if kind is Kind.MOMENT:
            return Arithmetic(self._one((Sum.PLUS, Sum.MINUS)), inner(kind), inner(Kind.DURATION))
        if kind is Kind.NUMBER:
            over = self._one((Kind.COUNT, Kind.MONEY, Kind.DURATION, Kind.NUMBER))
            return Arithmetic(Sum.OVER, inner(over), inner(over))
        if kind is Kind.DURATION and self._chance(30):
            return Arithmetic(Sum.MINUS, inner(Kind.MOMENT), inner(Kind.MOMENT))
        op = self._one(tuple(Sum))
        if op in (Sum.PLUS, Sum.MINUS):
            return Arithmetic(op, inner(kind), inner(kind))
        if kind is Kind.COUNT:
            return Arithmetic(Sum.TIMES, inner(kind), inner(kind))
        return Arithmetic(op, inner(kind), inner(plain))

    # Conditions.

    def condition(self, depth: int, lines: bool, within: bool = False):
        if depth > 0 and self._chance(55):
            return self._joined(depth, lines, within)
        return self._test(depth, lines, within)

    def _joined(self, depth: int, lines: bool, within: bool):
        choice = self._random.randrange(10)
        if choice < 4 or (choice > 7 and within):
            return And(self._parts(depth, lines, within))
        if choice < 6:
            return Or(self._parts(depth, lines, within))
        if choice < 8:
            return Not(self.condition(depth - 1, lines, within))
        return Lines(self._one(tuple(Quantity)), self.condition(depth - 1, True, True))

    def _parts(self, depth: int, lines: bool, within: bool):
        return tuple(self.condition(depth - 1, lines, within) for _ in range(2 + self._random.randrange(2)))

    def _test(self, depth: int, lines: bool, within: bool):
        choice = self._random.randrange(12)
        if choice == 0:
            return Has(self._one((Fact("order", "attribute", "材质"), Fact("customer", "changes"))))
        if choice == 1:
            return Contains(
                self._one((TextTest.CONTAINS, TextTest.LACKS)), Fact("order", "documents"), self._one(_TEXTS)
            )
        if choice == 2:
            return Contains(self._one(tuple(TextTest)), self.value(Kind.TEXT, 0, lines, within), self._one(_TEXTS))
        if choice == 3:
            return self.value(Kind.FLAG, 0, lines, within)
        if choice in (4, 5):
            kind = self._one((Kind.TEXT, Kind.COUNT, Kind.MONEY))
            among = tuple(self.literal(kind) for _ in range(1 + self._random.randrange(3)))
            return Member(self.value(kind, depth, lines, within), among, self._chance(30))
        if choice == 6:
            kind = self._one(_ORDERED)
            return Between(*(self.value(kind, depth - 1, lines, within) for _ in range(3)))
        if choice in (7, 8):
            kind = self._one((Kind.TEXT, Kind.TEXT, Kind.FLAG))
            op = self._one((Relation.EQUAL, Relation.EQUAL, Relation.UNEQUAL))
            return Compare(op, self.value(kind, 0, lines, within), self.value(kind, 0, lines, within))
        kind = self._one(_ORDERED)
        other = self._one((Kind.COUNT, Kind.NUMBER)) if kind in (Kind.COUNT, Kind.NUMBER) else kind
        left, right = self.value(kind, depth, lines, within), self.value(other, depth, lines, within)
        return Compare(self._one(tuple(Relation)), left, right)

    # Items.

    def text(self) -> Text:
        first = self._one(_WORDS)
        return Text(first, self._one(_WORDS)) if self._chance(40) else Text(first, first)

    def rule(self, name: str, *, wild: bool = False) -> Rule:
        """A rule; `wild` ones have any texts, too."""
        target = self._one(DERIVED) if self._chance(45) else None
        self._readable = len(DERIVED) if target is None else LEVEL[target.entity, target.en]
        lines = self._chance(50) or (target is not None and target.entity in ("line", "item"))
        condition = self.condition(2, lines)
        effects = [self._set(target, lines)] if target is not None else []
        for _ in range(1 + self._random.randrange(2) - len(effects)):
            effects.append(self._effect())
        self._readable = len(DERIVED)
        reason = self.text() if wild else Text.one("so")
        first = self._one((None, None, None, date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)))
        last = self._one((None, None, None, first, date(2026, 3, 3)))
        return Rule(
            Text(name, name if not wild or self._chance(50) else f"{name} en"),
            condition, tuple(effects), self._one((0, 0, 1, 7)), first, last if wild or first is None else None,
            self.text() if wild and self._chance(30) else None, reason, self._comments() if wild else (),
        )  # fmt: skip

    def _set(self, derived: Derived, lines: bool) -> Set:
        value = self._one(derived.choices) if derived.choices else self.value(derived.kind, 1, lines)
        return Set(Fact(derived.entity, derived.en), value)

    def _effect(self):
        return self._one((
            Pass(), Pass(), Review(self.text()), Refuse(), Freeze(), Require(self._one(("图纸", "A"))),
            Require("材质", document=False), Note(Text.one("n")), Offer("P1"), Bar("P1"),
        ))  # fmt: skip

    def _comments(self) -> tuple[str, ...]:
        return tuple(self._one(("", "为什么", "rule # again")) for _ in range(self._random.randrange(3)))

    def file(self, rules: int, *, wild: bool = False) -> File:
        """A file of rules and the facts that they derive; `wild` ones with examples and comments."""
        items = [*DERIVED, *(self.rule(f"r{number}", wild=wild) for number in range(rules))]
        if wild:
            items += [self._example(number) for number in range(2)]
        return File(tuple(items), self._comments() if wild else ())

    def _example(self, number: int) -> Example:
        given = [Given(Fact("order", "documents"), (Literal(Kind.TEXT, "图纸"), Literal(Kind.TEXT, "A")))]
        given += [self._given(_ORDER_FACTS, kind) for kind in (Kind.COUNT, Kind.NUMBER, Kind.MONEY, Kind.TEXT)]
        line = tuple(self._given(_LINE_FACTS, kind) for kind in (Kind.COUNT, Kind.MOMENT))
        expected = (
            self._one((ExpectOutcome(Outcome.PASS), ExpectOutcome(Outcome.REVIEW), ExpectOutcome(Outcome.REFUSE),
                       ExpectOutcome(Outcome.REVIEW, self.text()))),
            ExpectRule("r0", fires=self._chance(50)),
            ExpectFact(Fact("order", "score"), self.literal(Kind.COUNT)),
        )  # fmt: skip
        lines = tuple(line for _ in range(self._random.randrange(3)))
        return Example(Text(f"e{number}", f"e{number}"), tuple(given), lines, expected, self._comments())

    def _given(self, facts, kind: Kind) -> Given:
        return Given(self._one(facts[kind]), self.literal(kind))

    # Facts.

    def facts(self) -> Facts:
        order = {
            "order.quantity": self._one(_COUNTS), "order.amount": self._one(_MONEYS),
            "order.lead": self._one(_DURATIONS), "order.attribute[材质]": self._one((None, "ABS", "B")),
            "order.number_of[Ra]": self._one((None, *_NUMBERS)),
            "order.number_of[硬度]": self._one((None, 0, 1_600_000)),
            "order.documents": self._one((frozenset(), frozenset({"A"}), frozenset({"图纸", "A"}))),
            "customer.overdue_count": self._one(_COUNTS), "customer.changes": self._one((None, *_COUNTS)),
            "customer.credit_limit": self._one(_MONEYS), "customer.receivables": self._one(_MONEYS),
            "customer.grade": self._one(_TEXTS), "channel.id": self._one(_TEXTS),
            "clock.now": NOW_S + self._one((-33 * 3600, -9 * 3600, 0, DAY_S, 2 * DAY_S)),
            "clock.time_of_day": self._one(_DURATIONS),
        }  # fmt: skip
        if self._chance(15):
            # A caller that forgot a fact, or a customer whom nobody knows.
            order.pop(self._one(sorted(order)))
        return Facts(order, tuple(self._line() for _ in range(1 + self._random.randrange(3))))

    def _line(self):
        line = {
            "line.quantity": self._one(_COUNTS), "item.on_hand": self._one(_COUNTS), "line.number": 1,
            "line.unit_price": self._one(_MONEYS), "item.cost": self._one(_MONEYS),
            "line.latest_time": self._one((None, NOW_S, NOW_S + DAY_S)), "line.requested_time": NOW_S,
            "item.id": self._one(_TEXTS), "item.family": self._one(_TEXTS),
            "promise.refused": self._one((None, True, False)),
        }  # fmt: skip
        if self._chance(5):
            line.pop(self._one(sorted(line)))
        return line
