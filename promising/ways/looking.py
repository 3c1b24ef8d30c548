"""Options that cost more than a place: looked for on a copy of the plan, before an order is put in line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import BoundedSemaphore

from domain.checks import from_unix
from domain.options import OptionKind, OptionWhy
from domain.promises import PromiseState
from promising.jobs import Act, AskJob, finish
from promising.ports import Clock
from promising.requests import Accept, Ask, order_state
from promising.rescues import Rescues
from promising.settings import DeskSettings, Redispatch
from promising.standing import Standing
from promising.ways.alternatives import alternative, outside
from promising.ways.around import Around, Draft, Ground, looked_of
from promising.ways.displacing import displacing
from promising.ways.overtime import overtime
from promising.ways.resequencing import resequenced
from promising.writer import Writer
from scheduler.planner import Effort
from scheduler.rescuing import Found, RescueAsk

RESERVE_S = 0.1
"""Kept of the caller's time for the decision and the commit, seconds."""
IN_HAND_MAX = 2
"""Orders for which options are looked for at a time, each on a copy of the plan; others wait."""
WAIT_S = 10.0
"""How long a caller without a deadline waits for his turn, and then goes without, seconds."""
KINDS: Mapping[OptionKind, Callable[[Ground], Draft | OptionWhy]] = {
    OptionKind.RESEQUENCE: resequenced,
    OptionKind.ALTERNATIVE: alternative,
    OptionKind.OUTSIDE: outside,
    OptionKind.DISPLACE: displacing,
    OptionKind.OVERTIME: overtime,
}
"""What is looked for, the cheapest to find first."""


class _Time:
    """What is left for one order; a step is begun only where one as long as the longest so far would end in time."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._until = clock, clock.monotonic() + seconds
        self._last, self._longest = clock.monotonic(), 0.0

    def left_s(self) -> float:
        """Seconds."""
        return self._until - self._clock.monotonic()

    def over(self) -> bool:
        """Asked before each step: there is no time for it."""
        now = self._clock.monotonic()
        self._longest, self._last = max(self._longest, now - self._last), now
        return now + self._longest >= self._until


class Looking:
    """Looks for options for those who ask for them; safe to use from many threads."""

    def __init__(self, stands: Standing, writer: Writer, settings: DeskSettings, rescues: Rescues) -> None:
        self._stands, self._writer, self._settings, self._rescues = stands, writer, settings, rescues
        self._in_hand = BoundedSemaphore(IN_HAND_MAX)

    def look(self, job: AskJob) -> None:
        """Give the job the options of its lines that would be late as the plan stands now, if its turn comes in time.

        Raises what waiting for the writer does: Overloaded, DeadlineExpired, DeskStopped.
        """
        ask = job.ask
        if not ask.options or ask.hold_until is not None:
            return
        if not self._in_hand.acquire(timeout=WAIT_S if ask.deadline is None else max(0.0, self._left_s(ask) / 4)):
            job.unlooked = OptionWhy.BUSY
            return
        try:
            self._look(job)
        finally:
            self._in_hand.release()

    def _look(self, job: AskJob) -> None:
        ask = job.ask
        act = Act(lambda: self._around(job), ask.deadline)
        self._writer.queue.put(act)
        around = finish(act, self._writer.queue, self._stands.clock)
        if around is None:
            return
        if self._left_s(ask) <= 0:
            job.unlooked = OptionWhy.TIME
            return
        most_s = self._settings.option_search.total_seconds()

        def search(asked: RescueAsk) -> Found | None:
            left_s = min(wait_s, time.left_s())
            return self._rescues.search(asked, left_s, most_s=most_s) if left_s > 0 else None

        left_s = self._settings.option_most.total_seconds()
        if ask.deadline is not None:
            # The decision and the commit must come in time, whatever is found.
            left_s = min(left_s, self._left_s(ask) / 2)
        time = _Time(self._stands.clock, left_s)
        ground = Ground(around, search if most_s else None, time.over)
        if not ground.late:
            return
        wait_s = most_s
        drafts = {kind: OptionWhy.TIME if ground.over() else look(ground) for kind, look in KINDS.items()}
        if most_s and drafts[OptionKind.RESEQUENCE] is OptionWhy.UNAVAILABLE and not ground.over():
            # Its process was starting, or at something else: what time is left may do.
            wait_s = float("inf")
            drafts[OptionKind.RESEQUENCE] = resequenced(ground)
        job.looked = looked_of(ground, drafts, self._stands.offers, ask.order.id)

    def _around(self, job: AskJob) -> Around | None:
        """A copy of what stands, by the writer; nothing for an order that stands, or that rules don't let through."""
        stands, ask = self._stands, job.ask
        if stands.halted or stands.decisions is None or stands.imported is None:
            return None
        standing = stands.book.find(ask.order.id)
        if standing is not None and order_state(standing) is not PromiseState.REFUSED:
            return None
        now_s = stands.plant_clock.now_s()
        order = stands.as_placed(ask)
        if order is None:
            return None
        plan, known = stands.decisions.plan, tuple(stands.remembered(stands.disruptions.values()))
        tier1 = ask.until_deadline or self._settings.redispatch is Redispatch.AFTER_EACH
        return Around(
            plan.scratch(), stands.book.frozen(plan.order_ids), stands.imported, known,
            from_unix(max(now_s, plan.now_s)), order, ask.allow_frozen, ask.accept is Accept.LATER,
            Effort.TIER1 if tier1 else Effort.INSTANT, job.found,
        )  # fmt: skip

    def _left_s(self, ask: Ask) -> float:
        if ask.deadline is None:
            return RESERVE_S
        return ask.deadline - self._stands.clock.monotonic() - RESERVE_S
