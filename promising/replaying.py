"""A decision made again from its record: by the rules of then, and by those in force today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.promises import Promise
from domain.promotions import Lost
from promising.rule_requests import Told
from promising.rule_texts import ReadVersion, told
from promising.traces import DecisionRecord, DueRecord, StageRecord
from rulebase.engine.chain import Engine
from rulebase.engine.concluding import Decision
from rulebase.engine.decision import Stage
from rulebase.engine.facts import Facts, Values
from rulebase.engine.telling import Teller
from rulebase.promotions.basket import Basket, BasketLine
from rulebase.promotions.choice import Choice, Offers, Usage

GRAVITY = ("pass", "review", "refuse")

Fired = tuple[str, int, int]
"""Name of a rule, number of the line (0: the order), rank."""
Today = Callable[[Engine], Facts | None]
"""The facts that an engine reads, as they are today; None where they can't be read any more."""


class StageAgain(Struct, frozen=True):
    """A stage decided again, by an engine that can tell of it."""

    stage: str
    numbers: tuple[int, ...]
    engine: Engine
    decision: Decision

    @property
    def fired(self) -> tuple[Fired, ...]:
        """Rules that fired, the highest rank first."""
        rules = self.engine.rules
        return tuple(
            (rules[number].name, self.numbers[place] if place >= 0 else 0, rules[number].rule.rank)
            for number, place in self.decision.met
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a version says of an order: verdict, rules that fired, and promotions with the fen that they take off."""

    rules: int
    verdict: str
    fired: tuple[Fired, ...]
    granted: tuple[tuple[str, int], ...]
    names: Mapping[str, Told] = field(default_factory=dict, compare=False)
    """Names of its rules in both languages."""
    lost: tuple[Lost, ...] = field(default=(), compare=False)
    """Promotions that it doesn't give: those that were met first, then the others, the nearest first."""
    reasons: tuple[Told, ...] = field(default=(), compare=False)
    """Why it doesn't pass; the record has the words of the rules of then."""


class Replay(Struct, frozen=True):
    """The record of a decision, the same by the rules of then, and by those of today.

    `read_today` are facts that today's rules read and the record doesn't have.
    """

    record: DecisionRecord
    recorded: Outcome
    then: Outcome
    same: bool
    today: Outcome
    read_today: tuple[str, ...]

    def name(self, rule: str) -> Told:
        """The name of a rule of either version."""
        return self.today.names.get(rule) or self.then.names.get(rule) or Told(rule, rule)


def replay(
    record: DecisionRecord, promise: Promise, then: ReadVersion, number: int, now: ReadVersion, today: Today
) -> Replay:
    """Decide again; `then` are the rules of the record, `now` those of the version in force, `number`."""
    stages = list(again(record, then))
    made = _outcome(record.rules, stages, record.due, then)
    recorded = _recorded(record, promise, made)
    same = recorded == made and all(map(_same, record.stages, stages))
    read: dict[str, None] = {}
    other = list(_by_today(record, promise, now, today, read))
    return Replay(record, recorded, made, same, _outcome(number, other, record.due, now), tuple(read))


def again(record: DecisionRecord, read: ReadVersion) -> Iterator[StageAgain]:
    """The stages of a record decided by a version, from the facts of then."""
    for stage in record.stages:
        engine = Engine(read.rule_set, ZoneInfo(record.zone), Stage(stage.stage))
        yield StageAgain(stage.stage, stage.numbers, engine, engine.decide(Facts(stage.order, stage.lines)))


def choice_of(due: DueRecord | None, read: ReadVersion, admitted: Decision) -> Choice | None:
    """What promotions give for what they saw then; None where they weren't asked."""
    return None if due is None else Offers(read.promotions).due(*_seen(due, admitted))


def unmet_of(due: DueRecord | None, read: ReadVersion, admitted: Decision) -> tuple[Lost, ...]:
    """Promotions that the order didn't meet by what they saw then, each with the first condition it lacked."""
    return () if due is None else tuple(Offers(read.promotions).unmet(*_seen(due, admitted)))


def _seen(due: DueRecord, admitted: Decision) -> tuple[Basket, Usage]:
    own, times, fen = ({name: counts[place] for name, counts in due.used.items()} for place in range(3))
    usage = Usage(own, fen, times, admitted.offered, admitted.barred, admitted.favour)
    lines = tuple(BasketLine(*line[1:]) for line in due.lines)
    return Basket(lines, due.customer, due.grade, due.channel, due.day), usage


def _outcome(number: int, stages: list[StageAgain], due: DueRecord | None, read: ReadVersion) -> Outcome:
    choice = choice_of(due, read, stages[0].decision)
    granted = () if choice is None else tuple((one.promotion, one.fen) for one in choice.won)
    verdict = max((one.decision.outcome.value for one in stages), key=GRAVITY.index)
    fired = dict.fromkeys(one for stage in stages for one in stage.fired)
    names = {rule.name: told(rule.rule.name) for rule in read.rule_set.rules}
    lost = () if choice is None else (*choice.lost, *unmet_of(due, read, stages[0].decision))
    reasons = dict.fromkeys(one for stage in stages for one in _reasons(stage))
    return Outcome(number, verdict, tuple(fired), granted, names, lost, tuple(reasons))


def _reasons(stage: StageAgain) -> Iterator[Told]:
    tellers = (Teller(stage.engine, language) for language in ("zh", "en"))
    for zh, en in zip(*(teller.reasons(stage.decision) for teller in tellers), strict=False):
        yield Told(zh, en)


def _recorded(record: DecisionRecord, promise: Promise, made: Outcome) -> Outcome:
    """What was recorded, told in the words of the rules of then."""
    fired = dict.fromkeys(_fired(stage, row) for stage in record.stages for row in stage.fired)
    verdict = max((stage.outcome for stage in record.stages), key=GRAVITY.index)
    granted = () if record.due is None else tuple((one.promotion, one.fen) for one in promise.granted)
    return Outcome(record.rules, verdict, tuple(fired), granted, made.names, promise.lost, made.reasons)


def _fired(stage: StageRecord, row: tuple[str, int, int]) -> Fired:
    name, place, rank = row
    return name, stage.numbers[place] if place >= 0 else 0, rank


def _same(stage: StageRecord, made: StageAgain) -> bool:
    """Whether a stage came to the same in every respect that is kept."""
    brief = made.decision.brief()
    kept = (stage.outcome, stage.fired, stage.derived, stage.untold, stage.conflicts)
    return kept == (brief["outcome"], *(tuple(brief.get(what, ())) for what in ("fired", "set", "untold", "conflicts")))


def _by_today(
    record: DecisionRecord, promise: Promise, now: ReadVersion, today: Today, read: dict[str, None]
) -> Iterator[StageAgain]:
    """The stages of the version in force; facts that the record lacks are read today, and named in `read`."""
    later = any(rule.later for rule in now.rule_set.rules) and not promise.refused
    for stage in (Stage.ADMIT, Stage.APPROVE) if later else (Stage.ADMIT,):
        known = next((one for one in record.stages if one.stage == stage), record.stages[0])
        engine = Engine(now.rule_set, ZoneInfo(record.zone), stage)
        facts = today(engine)
        order = _with(known.order, {} if facts is None else facts.order, engine.order.keys, read)
        lines = []
        for place, values in enumerate(known.lines):
            there = facts is not None and place < len(facts.lines)
            lines.append(_with(values, facts.lines[place] if facts and there else {}, engine.line.keys, read))
        yield StageAgain(stage.value, known.numbers, engine, engine.decide(Facts(order, tuple(lines))))


def _with(known: Values, today: Values, keys: tuple[str, ...], read: dict[str, None]) -> Values:
    read.update(dict.fromkeys(key for key in keys if key not in known))
    return {key: known[key] if key in known else today.get(key) for key in keys}
