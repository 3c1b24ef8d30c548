"""What a draft would change: past orders decided by the rules that are live and by the draft, side by side.

Nothing here reads a store or a clock: facts come in, each with the time of its own decision. Orders are taken in the
order given, which is that in which budgets and caps of promotions are used up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from rulebase.engine.chain import Engine
from rulebase.engine.concluding import Decision
from rulebase.engine.decision import Stage
from rulebase.engine.facts import Facts, Values
from rulebase.language.checker import RuleSet
from rulebase.language.tree import Fact, Outcome, Text
from rulebase.language.vocabulary import FactValue
from rulebase.promotions.basket import Basket, BasketLine
from rulebase.promotions.choice import Offers, Usage
from rulebase.promotions.table import Promotion

SHOWN = 1_000
"""Changed orders that are told one by one; all are counted."""
_PRIORITY = Fact("order", "priority")


class PastOrder(Struct, frozen=True):
    """An order with its facts as they were: with facts of the promise all rules decide, else those before placing."""

    id: str
    facts: Facts

    @property
    def placed(self) -> bool:
        """Whether facts of the promise are among them."""
        return any(key.startswith("promise.") for line in self.facts.lines for key in line)


class Side(Struct, frozen=True):
    """Rules and promotions that go together: those that are live, or a draft."""

    rules: RuleSet
    promotions: tuple[Promotion, ...] = ()


class Judged(Struct, frozen=True):
    """What becomes of one order on one side.

    `priority`: 1 to 9, None where no rule sets it. `won`: promotions with the fen that they take off.
    """

    outcome: Outcome
    priority: int | None
    won: tuple[tuple[str, int], ...]

    @property
    def fen(self) -> int:
        """The discount that is due, in fen."""
        return sum(fen for _, fen in self.won)


class Change(Struct, frozen=True):
    """An order that the draft decides otherwise; `gone` and `new` are rules that fire on one side only."""

    order_id: str
    before: Judged
    after: Judged
    gone: tuple[Text, ...]
    new: tuple[Text, ...]


class Money(Struct, frozen=True):
    """What a promotion takes off, in fen, and of how many orders."""

    fen: int = 0
    orders: int = 0


class Rehearsal(Struct):
    """What a draft changes. Pairs are (before, after); `changes` has the first `SHOWN` of `changed` orders."""

    orders: int = 0
    changed: int = 0
    changes: list[Change] = field(default_factory=list)
    outcomes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    priorities: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    money: dict[str, tuple[Money, Money]] = field(default_factory=dict)

    @property
    def held(self) -> tuple[int, int]:
        """How many orders wait for a human."""
        return self._count(Outcome.REVIEW)

    @property
    def refused(self) -> tuple[int, int]:
        """How many orders are turned away."""
        return self._count(Outcome.REFUSE)

    @property
    def fen(self) -> tuple[int, int]:
        """The discount of all orders, in fen."""
        return sum(one.fen for one, _ in self.money.values()), sum(one.fen for _, one in self.money.values())

    def _count(self, outcome: Outcome) -> tuple[int, int]:
        before = sum(count for (one, _), count in self.outcomes.items() if one is outcome)
        return before, sum(count for (_, one), count in self.outcomes.items() if one is outcome)


def rehearse(live: Side, draft: Side, past: Iterable[PastOrder], zone: ZoneInfo, shown: int = SHOWN) -> Rehearsal:
    """Decide each order by both sides and tell the difference.

    Promotions come from what each side's table and rules allow; the discount that was once given changes no verdict
    here, as it was due by the rules of its own day.
    """
    before, after = _Judge(live, zone), _Judge(draft, zone)
    found = Rehearsal()
    for order in past:
        (one, first), (other, second) = before.judge(order), after.judge(order)
        found.orders += 1
        found.outcomes[one.outcome, other.outcome] += 1
        found.priorities[one.priority, other.priority] += 1
        if one != other:
            found.changed += 1
            if len(found.changes) < shown:
                found.changes.append(_change(order.id, one, first, other, second))
    found.money = {
        name: (before.money.get(name, Money()), after.money.get(name, Money()))
        for name in sorted({*before.money, *after.money})
    }
    return found


def _change(order_id: str, one: Judged, first: Decision, other: Judged, second: Decision) -> Change:
    names = [{firing.rule: None for firing in decision.record.fired} for decision in (first, second)]
    gone = tuple(name for name in names[0] if name not in names[1])
    return Change(order_id, one, other, gone, tuple(name for name in names[1] if name not in names[0]))


class _Judge:
    """Decides orders by one side, and counts what its promotions gave."""

    def __init__(self, side: Side, zone: ZoneInfo) -> None:
        self._zone = zone
        self._admit = Engine(side.rules, zone, Stage.ADMIT)
        later = any(rule.later for rule in side.rules.rules)
        self._whole = Engine(side.rules, zone, Stage.WHOLE) if later else self._admit
        self._offers = Offers(side.promotions) if side.promotions else None
        self._by_customer: dict[str, Counter[str]] = {}
        self._spent: Counter[str] = Counter()
        self._times: Counter[str] = Counter()
        self.money: dict[str, Money] = {}

    def judge(self, order: PastOrder) -> tuple[Judged, Decision]:
        """What becomes of an order, and the decision behind it."""
        engine = self._whole if order.placed else self._admit
        decision = engine.decide(order.facts)
        won = () if decision.outcome is Outcome.REFUSE else self._won(order.facts, decision)
        return Judged(decision.outcome, _priority(engine, decision), won), decision

    def _won(self, facts: Facts, decision: Decision) -> tuple[tuple[str, int], ...]:
        basket = None if self._offers is None else basket_of_facts(facts, self._zone)
        if self._offers is None or basket is None:
            return ()
        taken = self._by_customer.setdefault(basket.customer, Counter())
        usage = Usage(taken, self._spent, self._times, decision.offered, decision.barred, decision.favour)
        won = tuple((discount.promotion, discount.fen) for discount in self._offers.due(basket, usage).won)
        for name, fen in won:
            taken[name] += 1
            self._spent[name] += fen
            self._times[name] += 1
            money = self.money.get(name, Money())
            self.money[name] = Money(money.fen + fen, money.orders + 1)
        return won


def _priority(engine: Engine, decision: Decision) -> int | None:
    place = engine.order.place.get(_PRIORITY)
    value = None if place is None else decision.order[place]
    return value if isinstance(value, int) and 1 <= value <= 9 else None


def basket_of_facts(facts: Facts, zone: ZoneInfo) -> Basket | None:
    """An order as promotions see it; None where its time, or a line's item, number or price isn't known."""
    now = facts.order.get("clock.now")
    lines = [_line(line) for line in facts.lines]
    if not isinstance(now, int) or None in lines:
        return None
    customer, grade, channel = (_text(facts.order, key) for key in ("customer.id", "customer.grade", "channel.id"))
    known = tuple(line for line in lines if line is not None)
    return Basket(known, customer, grade, channel, datetime.fromtimestamp(now, zone).date())


def _line(line: Values) -> BasketLine | None:
    quantity, price = _number(line.get("line.quantity")), _number(line.get("line.unit_price"))
    item = line.get("item.id")
    if quantity is None or quantity < 1 or price is None or not isinstance(item, str):
        return None
    cost = _number(line.get("item.cost")) or 0
    return BasketLine(item, _text(line, "item.family"), quantity, price, quantity * cost)


def _number(value: FactValue | None) -> int | None:
    return value if isinstance(value, int) else None


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def facts_read(sides: Sequence[Side]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of all facts of the order and of a line that a rehearsal of these sides reads."""
    order: set[str] = set()
    line: set[str] = set()
    if any(side.promotions for side in sides):
        order |= {"clock.now", "customer.id", "customer.grade", "channel.id"}
        line |= {"item.id", "item.family", "item.cost", "line.quantity", "line.unit_price"}
    for side in sides:
        engine = Engine(side.rules, ZoneInfo("UTC"), Stage.WHOLE)
        order |= set(engine.order.keys)
        line |= set(engine.line.keys)
    return tuple(sorted(order)), tuple(sorted(line))
