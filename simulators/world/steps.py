"""What people do in a world, step by step: each draws from numbers of its own, so that others can be left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.disruptions import DisruptionKind
from domain.errors import DeskStopped, InvalidInput
from domain.orders import Order, OrderLine, ShipMode
from domain.progress import MarkKind
from domain.promises import Promise
from domain.proposals import Proposal, ProposalKind
from domain.supply import OnHand
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.feed_requests import Arrival, Feed, ReceiptChange
from promising.hand_requests import HandAsk, PinWork, UnpinWork, Work
from promising.progress_requests import ItemOutcome, ProgressAsk, ProgressItem
from promising.proposal_requests import ProposalAsk, ReplanAsk
from promising.requests import FINAL, Accept, Amend, Ask, Cancel, Change, ChangeAsk, Close, Confirm, Release, Split
from promising.requests import order_state as state_of
from promising.rule_requests import PublishRules, PutRules, RollBackRules, RuleAsk, RuleChange
from promising.rush import RushAsk
from simulators.world.broken import Broken
from simulators.world.faults import SolverFault, WriteFault
from simulators.world.house import OWNER, House
from simulators.world.policy import MOST, PRICE_FEN, files
from simulators.world.shop import DAY, HOUR, MADE, MINUTE, STOCKED, SUBJECTS
from simulators.world.truths import Truths

ANSWERS_KEPT = 30
EFFORT = 2
PROPOSALS_KEPT = 6
CALLER = "shop"
ALL = 10**6


class Steps:
    """Does one step after the other, and remembers what was answered."""

    def __init__(self, house: House, truths: Truths) -> None:
        self._house, self._truths = house, truths
        self._answers: list[tuple[Callable[[], Any], Any]] = []
        self._found: list[Proposal] = []
        self._first_seen: dict[str, str] = {}
        """By order the state as which it was told first."""

    def do(self, name: str, number: int, chance: Random, fault: WriteFault) -> None:
        """Do the step of this name, its commit with this fault. Raises Broken."""
        _STEPS[name](self, f"w{number}", chance, fault)
        del self._answers[:-ANSWERS_KEPT]

    # Sales.

    def _promise(self, name: str, chance: Random, fault: WriteFault) -> None:
        asked_at = self._house.now + chance.randint(0, 120) * HOUR
        count = chance.choice((1, 1, 2))
        latest = None if chance.random() < 0.6 else asked_at + chance.randint(0, 72) * HOUR
        price_fen = 0 if self._truths.policy is None else PRICE_FEN
        lines = tuple(
            OrderLine(number + 1, item, chance.randint(1, 400), asked_at, latest, price_fen)
            for number, item in enumerate(chance.sample((*MADE, "jar"), count))
        )
        order = Order(
            f"SO-{name}", chance.choice(("ACME", "BETA")), lines, region=chance.choice(("", "", "north")),
            ship=chance.choice(tuple(ShipMode)), priority=chance.choice((5, 5, 5, 2, 8)),
        )  # fmt: skip
        until = self._house.now + chance.randint(1, 60) * HOUR if chance.random() < 0.2 else None
        asked = Ask(order, name, CALLER, chance.choice(tuple(Accept)), hold_until=until)
        answer = self._told(lambda: self._house.desk.promise(asked), lambda answer: answer, fault)
        if self._truths.policy is not None and answer is not None:
            others = [other for other in self._house.desk.list_orders(ALL)[0] if other.order.id != order.id]
            self._truths.policy.decided(order, answer, others)

    def _quote(self, name: str, chance: Random, fault: WriteFault) -> None:
        """A quote changes nothing."""
        item = chance.choice(MADE)
        order = Order(f"Q-{name}", "ACME", (OrderLine(1, item, chance.randint(1, 900), self._house.now + DAY),))
        before, planned = self._house.desk.last_event(), self._house.desk.schedule()
        self._house.call(lambda: self._house.desk.quote(Ask(order, "", CALLER)))
        if (self._house.desk.last_event(), self._house.desk.schedule()) != (before, planned):
            raise Broken("a quote changed the plan")

    def _change(self, name: str, chance: Random, fault: WriteFault) -> None:
        stands = self._one(chance)
        if stands is None:
            return
        line = chance.choice(stands.order.lines)
        at = self._house.now + chance.randint(1, 120) * HOUR
        ways: list[Change] = [
            Cancel(), Close(), Split(line.line_no, max(1, line.quantity // 2), at),
            Amend(_amended(stands.order, line.line_no, chance.randint(1, 400), at), chance.choice(tuple(Accept))),
            Confirm(), Release(),
        ]  # fmt: skip
        change = chance.choice(ways[4:] if stands.hold is not None and chance.random() < 0.7 else ways)
        now = self._house.now
        reason = "" if isinstance(change, Amend) else "why"
        asked = ChangeAsk(stands.order.id, change, name, CALLER, reason, stands.etag)
        answer = self._told(lambda: self._house.desk.change(asked), lambda changed: changed.promise, fault)
        for goods in () if answer is None else answer.receipt.issued:
            self._truths.moved(goods.item_id, -goods.quantity, now)

    def _ask_again(self, name: str, chance: Random, fault: WriteFault) -> None:
        """The first answer comes back, and nothing is done twice."""
        if not self._answers:
            return
        act, first = chance.choice(self._answers)
        before = self._house.desk.last_event()
        again = self._house.call(act)
        if _without_times(again) != _without_times(first):
            raise Broken(f"asked again, the answer is {again} and was {first}")
        if self._house.desk.last_event() != before:
            raise Broken("asked again, it was done twice")

    # The shop.

    def _disrupt(self, name: str, chance: Random, fault: WriteFault) -> None:
        known = self._house.desk.disruptions()
        now = self._house.now
        change: Report | AmendReport | CloseReport
        if known and chance.random() < 0.6:
            one = chance.choice(known).id
            end = now + chance.randint(1, 30) * HOUR
            change = chance.choice((CloseReport(one), CloseReport(one), AmendReport(one, end=end)))
        elif chance.random() < 0.2:
            start = now + chance.randint(0, 40) * HOUR
            kind = chance.choice((DisruptionKind.SHIFT_CANCELLED, DisruptionKind.SHIFT_ADDED))
            change = Report("long", kind, start, start + 6 * HOUR)
        else:
            end_or_not = None if chance.random() < 0.3 else now + chance.randint(1, 30) * HOUR
            change = Report(chance.choice(SUBJECTS), None, None, end_or_not)
        asked = DisruptionAsk(change, name, "floor")
        self._kept(lambda: self._house.desk.disrupt(asked), fault)

    def _report(self, name: str, chance: Random, fault: WriteFault) -> None:
        """Reports of work, in any order and twice: the second time they are known."""
        now = self._house.now
        begun = [row for row in self._house.desk.schedule() if row.start <= now]
        if not begun:
            return
        items = []
        for row in chance.sample(begun, min(3, len(begun))):
            late = chance.randint(0, 60) * MINUTE
            items.append(
                ProgressItem(MarkKind.STARTED, operation_key=row.operation_key, time=min(now, row.start + late))
            )
            if chance.random() < 0.4:
                kind = chance.choice((MarkKind.FINISHED, MarkKind.PRODUCED))
                good = chance.randint(0, 300) if kind is MarkKind.PRODUCED else None
                items.append(ProgressItem(kind, operation_key=row.operation_key, time=now, good=good))
        chance.shuffle(items)
        asked = ProgressAsk(tuple(items), name, "floor")
        answer = self._house.call(lambda: self._house.desk.progress(asked), fault)
        if answer is None:
            return
        if any(each.outcome is ItemOutcome.RECORDED for each in answer.items):
            # Reports of which none was taken leave nothing behind.
            self._answers.append((lambda: self._house.desk.progress(asked), answer))
        chance.shuffle(items)
        before = self._house.desk.last_event()
        again = self._house.call(lambda: self._house.desk.progress(ProgressAsk(tuple(items), f"{name}-2", "floor")))
        recorded = again is not None and any(each.outcome is ItemOutcome.RECORDED for each in again.items)
        refused = any(each.outcome is ItemOutcome.REFUSED for each in answer.items)
        if recorded and not refused:
            raise Broken(f"reports were taken twice, events {before} to {self._house.desk.last_event()}")

    def _feed(self, name: str, chance: Random, fault: WriteFault) -> None:
        now = self._house.now
        receipts = {row.id: row for row in self._house.desk.plant().receipts}
        drawn = chance.random()
        if drawn < 0.4 and receipts:
            one = receipts[chance.choice(sorted(receipts))]
            quantity = chance.randint(1, one.quantity)
            feed = Feed(name, "erp", arrivals=(Arrival(one.id, now, quantity),))
            if self._kept(lambda: self._house.desk.feed(feed), fault) is not None:
                self._truths.moved(one.item_id, quantity, now)
        elif drawn < 0.6:
            item, quantity = chance.choice(STOCKED), chance.randint(200, 1500)
            feed = Feed(name, "erp", stock=(OnHand(item, quantity, now),))
            if self._kept(lambda: self._house.desk.feed(feed), fault) is not None:
                self._truths.counted(item, quantity, now)
        else:
            time = now + chance.randint(1, 96) * HOUR
            row = ReceiptChange(f"R-{name}", chance.choice(STOCKED), chance.randint(50, 900), time)
            feed = Feed(name, "erp", receipts=(row,))
            self._kept(lambda: self._house.desk.feed(feed), fault)

    # Planners.

    def _pin(self, name: str, chance: Random, fault: WriteFault) -> None:
        rows = self._house.desk.schedule()
        if not rows:
            return
        pins = self._house.desk.pins()
        loose = bool(pins) and chance.random() < 0.6
        key = chance.choice(pins).operation_key if loose else chance.choice(rows).operation_key
        asked = HandAsk(Work(key), UnpinWork() if loose else PinWork(), name, "planner")
        self._kept(lambda: self._house.desk.handle(asked), fault)

    def _rush(self, name: str, chance: Random, fault: WriteFault) -> None:
        stands = self._one(chance)
        if stands is None:
            return
        asked = RushAsk(stands.order.id, 1, name, "planner", "in a hurry", break_most=0)
        self._told(lambda: self._house.desk.rush(asked), lambda rushed: rushed.after, fault)

    def _propose(self, name: str, chance: Random, fault: WriteFault) -> None:
        """A search, which may die, hang or lie, and what it found applied.

        Promises that it didn't name stay, and so does work that has begun or is pinned.
        """
        self._house.search_goes(chance.choice((SolverFault.NONE, *SolverFault)))
        for one in self._searched(name, fault) or ():
            self._apply(one, f"{name}-{one.id}", "planner")

    def _second_planner(self, name: str, chance: Random, fault: WriteFault) -> None:
        """One planner searches, and another applies what one of them found days ago, at the state that he saw then."""
        if not self._found or chance.random() < 0.3:
            self._house.search_goes(chance.choice((*SolverFault, SolverFault.LIES, SolverFault.LIES)))
            kind = chance.choice((ProposalKind.RESEQUENCE, ProposalKind.ALTERNATIVES, ProposalKind.ORDER))
            self._found += self._searched(name, fault, (kind,)) or ()
            del self._found[:-PROPOSALS_KEPT]
            return
        self._apply(self._found.pop(chance.randrange(len(self._found))), name, "planner 2", fault, seen=True)

    def _late_hand(self, name: str, chance: Random, fault: WriteFault) -> None:
        """Who wants to change an order as it stood when it was told first is refused once it isn't so any more."""
        names = [each for each in self._first_seen if each in self._truths.told]
        if not names:
            return
        order_id = chance.choice(names)
        seen, stands = self._first_seen[order_id], self._house.desk.get(order_id).etag
        if seen == stands:
            return
        asked = ChangeAsk(order_id, Cancel(), name, "sales 2", "no longer wanted", seen)
        before = self._house.desk.last_event()
        answer = self._house.call(lambda: self._house.desk.change(asked))
        if answer is not None or self._house.desk.last_event() != before:
            raise Broken(f"{order_id} was cancelled as {seen}, and stands as {stands}")

    def _searched(
        self, name: str, fault: WriteFault, kinds: tuple[ProposalKind, ...] = (ProposalKind.RESEQUENCE,)
    ) -> tuple[Proposal, ...] | None:
        """What a search finds, which may die, hang or lie; None: nothing can be told of it."""
        asked = ReplanAsk(name, "planner", kinds, effort=EFFORT)
        return self._house.call(lambda: self._house.desk.proposals.replan(asked, lambda _: None, lambda: True), fault)

    def _apply(
        self, one: Proposal, name: str, caller: str, fault: WriteFault = WriteFault.NONE, *, seen: bool = False
    ) -> None:
        """Apply a proposal, with `seen` only as it was when it was found."""
        asked = ProposalAsk(one.id, name, caller, one.etag if seen else "", "better")
        before = self._unmoved()
        applied = self._house.call(lambda: self._house.desk.proposals.apply(asked), fault)
        for row in () if applied is None else applied.told:
            self._truths.tell(self._house.desk.get(row.order_id))
        after = self._unmoved()
        if after != before:
            raise Broken(f"a proposal moved what may not move: {set(before.items()) ^ set(after.items())}")

    def _unmoved(self) -> Mapping[int, tuple[str, datetime]]:
        """On which machine and when work begins that no proposal may move, by its key."""
        pinned = {pin.operation_key for pin in self._house.desk.pins()}
        rows = self._house.desk.schedule()
        return {
            row.operation_key: (row.resource_id, row.start) for row in rows if row.fixed or row.operation_key in pinned
        }

    # Those who own the rules.

    def _govern(self, name: str, chance: Random, fault: WriteFault) -> None:
        """Another version is put in force, or the last one again; asked again, nothing is done twice."""
        policy, most = self._truths.policy, chance.choice(MOST)
        assert policy is not None
        change: RuleChange = RollBackRules(reason="as before")
        if chance.random() < 0.7:
            draft = RuleAsk(PutRules(files(most)), f"{name}-draft", OWNER)
            drafted = self._house.call(lambda: self._house.desk.rules.change(draft))
            if drafted is None:
                return
            policy.most[drafted.version.number] = most
            change = PublishRules(drafted.version.number)
        asked = RuleAsk(change, name, OWNER)
        answer = self._house.call(lambda: self._house.desk.rules.change(asked), fault)
        if answer is None:
            return
        policy.in_force = answer.version.number
        before = self._house.desk.last_event()
        again = self._house.call(lambda: self._house.desk.rules.change(asked))
        if again is None or (again.version, self._house.desk.last_event()) != (answer.version, before):
            raise Broken(f"asked again for rules, the answer is {again} and was {answer}")

    def _replay(self, name: str, chance: Random, fault: WriteFault) -> None:
        """An order decided again from its record comes out as it did."""
        if not self._truths.told:
            return
        order_id = chance.choice(list(self._truths.told))
        found = self._house.desk.rules.replay(order_id)
        if not found.same:
            raise Broken(f"{order_id} was decided as {found.recorded}, and is as {found.then}")

    # The machine.

    def _pass_time(self, name: str, chance: Random, fault: WriteFault) -> None:
        to = self._house.now + chance.choice((chance.randint(1, 90), chance.randint(60, 900))) * MINUTE
        # The machine's clock is put right now and then, by up to a day either way.
        self._house.clock.time = to.timestamp() + chance.randint(-24, 24) * HOUR.total_seconds()
        self._house.clock.ticks += 1
        self._house.call(lambda: self._house.desk.set_clock(to, caller="planner"), fault)

    def _put_back(self, name: str, chance: Random, fault: WriteFault) -> None:
        """A clock that is put back is refused once anybody was answered, and nothing changes."""
        if not self._truths.told:
            return
        before = self._house.desk.last_event(), self._house.now
        try:
            self._house.desk.set_clock(before[1] - chance.randint(1, 90) * MINUTE, caller="planner")
        except InvalidInput:
            if (self._house.desk.last_event(), self._house.now) != before:
                raise Broken("a refused clock changed something") from None
            return
        raise Broken("the plant's clock went back")

    def _start_again(self, name: str, chance: Random, fault: WriteFault) -> None:
        """In order, or killed: the plan is the same."""
        before = self._house.desk.schedule(), self._house.desk.export_plant()
        if chance.random() < 0.5:
            self._house.restart()
        else:
            self._house.crash()
        if (self._house.desk.schedule(), self._house.desk.export_plant()) != before:
            raise Broken("a restart changed the plan")

    def _two_desks(self, name: str, chance: Random, fault: WriteFault) -> None:
        """A desk that was taken over promises nothing any more."""
        old = self._house.take_over()
        order = Order(f"SO-{name}", "ACME", (OrderLine(1, "cap", 10, self._house.now + 3 * DAY),))
        try:
            old.promise(Ask(order, name, CALLER))
        except DeskStopped:
            return
        raise Broken("two desks promise from one plan")

    # Remembering.

    def _one(self, chance: Random) -> Promise | None:
        names = [name for name in self._truths.told if state_of(self._truths.told[name]) not in FINAL]
        return self._house.desk.get(chance.choice(names)) if names else None

    def _kept(self, act: Callable[[], Any], fault: WriteFault) -> Any:
        """An answer that a retry must get again; what it changed of orders was told by events."""
        answer = self._house.call(act, fault)
        if answer is not None:
            self._answers.append((act, answer))
        return answer

    def _told(self, act: Callable[[], Any], promise: Callable[[Any], Promise], fault: WriteFault) -> Any:
        answer = self._kept(act, fault)
        if answer is not None:
            self._truths.tell(promise(answer))
            self._first_seen.setdefault(promise(answer).order.id, promise(answer).etag)
        return answer


def _without_times(answer: Any) -> Any:
    """How long the writer stood still is measured, and told for the call that was answered."""
    return replace(answer, stood_still=timedelta(0)) if hasattr(answer, "stood_still") else answer


def _amended(order: Order, line_no: int, quantity: int, at: Any) -> Order:
    lines = tuple(
        replace(line, quantity=quantity, requested_time=at, latest_time=None) if line.line_no == line_no else line
        for line in order.lines
    )
    return replace(order, lines=lines)


_STEPS: Mapping[str, Callable[[Steps, str, Random, WriteFault], None]] = {
    "promise": Steps._promise, "quote": Steps._quote, "change": Steps._change, "ask_again": Steps._ask_again,
    "disrupt": Steps._disrupt, "report": Steps._report, "feed": Steps._feed, "pin": Steps._pin, "rush": Steps._rush,
    "propose": Steps._propose, "pass_time": Steps._pass_time, "put_back": Steps._put_back,
    "start_again": Steps._start_again, "two_desks": Steps._two_desks, "govern": Steps._govern, "replay": Steps._replay,
    "second_planner": Steps._second_planner, "late_hand": Steps._late_hand,
}  # fmt: skip
WEIGHTS: Mapping[str, int] = {
    "promise": 30, "quote": 4, "change": 16, "ask_again": 6, "disrupt": 7, "report": 8, "feed": 7, "pin": 3,
    "rush": 2, "propose": 1, "put_back": 1, "start_again": 2, "two_desks": 1,
}  # fmt: skip
"""How often each is done; time passes between."""
RULED: Mapping[str, int] = {"govern": 3, "replay": 3}
"""The same of what is done only where there are rules."""
SEVERAL: Mapping[str, int] = {"second_planner": 12, "late_hand": 4}
"""The same of what is done only where there are several planners."""
