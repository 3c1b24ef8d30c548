"""Promises at full rate while plans are searched for and applied: none lost, none moved but as a proposal said."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic

import pytest

from domain.disruptions import DisruptionKind
from domain.errors import ProposalOutdated
from domain.promises import EventKind, Promise, PromiseState
from domain.proposals import ProposalKind
from domain.values import replace
from promising.disruption_requests import CloseReport, DisruptionAsk, Report
from promising.proposal_requests import ProposalAsk, ReplanAsk
from promising.requests import ForceDate
from tests.promising.desks import Bench, ask, bench, cancel, change, order
from tests.promising.kept import Kept
from tests.promising.test_proposals import at, lathe

KINDS = (ProposalKind.RESEQUENCE, ProposalKind.PROTECT)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    process = Kept(monotonic)
    with bench(tmp_path / "lathe.sqlite", plant=lathe()) as made:
        made.desk.proposals.replanner = process
        yield made
    process.end()


class Callers(Thread):
    """Order after order, as fast as the desk answers, until it is enough; `told` is what each was answered.

    No more than `most` stand at a time: then each new one has another cancelled, which `told` does not have any more.
    """

    def __init__(self, bench: Bench, most: int, seed: int) -> None:
        super().__init__()
        self._bench, self._most, self._chance = bench, most, Random(seed)
        self.told: dict[str, Promise] = {}
        self.cancelled: list[str] = []
        self.kept: set[str] = set()
        self.error: Exception | None = None
        self.enough = Event()

    def run(self) -> None:
        try:
            for number in count():
                if self.enough.is_set():
                    return
                self._promise(f"SO-{number}")
                if len(self.told) > self._most:
                    self._cancel()
        except Exception as error:
            self.error = error

    def _promise(self, name: str) -> None:
        wanted = self._chance.uniform(1, 24 * 12)
        made = order(name, "bolt", self._chance.randint(5, 40), days=wanted / 24)
        made = replace(made, priority=self._chance.randint(1, 9))
        self.told[made.id] = self._bench.desk.promise(ask(made))

    def _cancel(self) -> None:
        """One of the older half leaves, but none on whose date a planner insists."""
        names = [name for name in list(self.told)[: self._most // 2] if name not in self.kept]
        name = self._chance.choice(names)
        self._bench.desk.change(cancel(name, f"cancel-{name}"))
        del self.told[name]
        self.cancelled.append(name)


def rounds(desk: Bench, searches: int, orders: int) -> tuple[Callers, int]:
    """So many customers who insist, each with a search and what it made applied, while callers are answered."""
    chance = Random(searches)
    callers = Callers(desk, orders, searches)
    callers.start()
    while len(callers.told) < 10:
        assert callers.error is None
        callers.join(0.01)
    applied = 0
    for number in range(searches):
        name = list(callers.told)[-1 - number % 5]
        callers.kept.add(name)
        insist(desk, name, number, chance)
        asked = ReplanAsk(f"plan-{number}", "planner", KINDS, seconds=60, effort=4, seed=number)
        made = desk.desk.proposals.replan(asked, lambda _: None, lambda: True)
        for proposal in made[::-1] if number % 2 else made:
            with suppress(ProposalOutdated):
                desk.desk.proposals.apply(ProposalAsk(proposal.id, f"apply-{proposal.id}", "planner"))
                applied += 1
                break
    callers.enough.set()
    callers.join()
    assert callers.error is None
    return callers, applied


def insist(desk: Bench, name: str, number: int, chance: Random) -> None:
    """A planner promises an order for a time that the plan may not keep."""
    wanted = ForceDate(1, at(chance.uniform(1, 30)))
    desk.desk.change(change(name, wanted, f"insist-{number}", reason="he insists"))


def check(desk: Bench, told: dict[str, Promise]) -> int:
    """Every answer stands, with the date that was told unless an event says that it moved; how many moved."""
    events = desk.desk.events(limit=10**6)
    moved = {event.order_id for event in events if event.kind is EventKind.DATE_MOVED}
    forced = {event.order_id for event in events if event.kind is EventKind.DATE_FORCED}
    for name, answer in told.items():
        (was,), (line,) = answer.lines, desk.desk.get(name).lines
        if line.promised_time != was.promised_time:
            assert name in moved | forced
        assert line.state in (PromiseState.CONFIRMED, PromiseState.AT_RISK)
        if line.state is PromiseState.CONFIRMED:
            assert line.expected_time <= line.promised_time
        else:
            assert name in forced
    assert desk.desk.check() == []
    return len(moved)


def test_promises_are_kept_while_plans_are_searched_for_and_applied(desk: Bench) -> None:
    """A handful of searches; every date that was told stands, or was moved by a proposal that said so."""
    callers, applied = rounds(desk, 3, 150)
    told = callers.told
    assert len(told) > 20
    assert applied > 0
    check(desk, told)
    before = {name: desk.desk.get(name).lines for name in told}
    desk.restart()
    assert {name: desk.desk.get(name).lines for name in told} == before
    assert applied == sum(event.kind is EventKind.PROPOSAL_APPLIED for event in desk.desk.events(limit=10**6))


@pytest.mark.soak
def test_promises_are_kept_during_a_hundred_searches(desk: Bench) -> None:
    """A hundred customers who insist, with the proposals for them, and orders without a pause between them."""
    callers, applied = rounds(desk, 100, 500)
    assert applied > 50
    told, cancelled = callers.told, callers.cancelled
    moved = check(desk, told)
    assert moved > 0
    assert {desk.desk.get(name).lines[0].state for name in cancelled} == {PromiseState.CANCELLED}
    print(f"{len(told) + len(cancelled)} promises, {applied} proposals applied, {moved} dates moved")


def test_the_lathe_breaks_again_and_again_between_many_orders(desk: Bench) -> None:
    """Four times, with ninety orders each: what is brought forward after a break never left work twice on the lathe.

    In the fourth repair lines were taken back that had others queued behind them, which then kept their old times.
    """
    chance, numbers = Random(4), count()
    for number in range(4):
        some_orders(desk, chance, numbers, 60)
        down = Report("LATHE", DisruptionKind.MACHINE_DOWN, end=at(2 + number), disruption_id=f"X-{number}")
        desk.desk.disrupt(DisruptionAsk(down, f"down-{number}", "floor"))
        some_orders(desk, chance, numbers, 30)
        desk.desk.disrupt(DisruptionAsk(CloseReport(f"X-{number}"), f"up-{number}", "floor"))
    assert desk.desk.check() == []


def some_orders(desk: Bench, chance: Random, numbers: Iterator[int], most: int) -> None:
    for _ in range(most):
        number = next(numbers)
        made = order(f"SO-{number}", "bolt", chance.randint(5, 40), days=chance.uniform(1, 288) / 24)
        desk.desk.promise(ask(replace(made, priority=chance.randint(1, 9))))
