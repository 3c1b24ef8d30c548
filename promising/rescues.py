"""Searches for rearrangements: asked of the plan by the writer, made elsewhere, and brought to the decision."""

from __future__ import annotations

import threading
from collections.abc import Callable

from domain.rescues import Rescue
from domain.values import replace
from promising.jobs import Act, AskJob, finish
from promising.requests import Ask
from promising.settings import DeskSettings
from promising.standing import Standing
from promising.writer import Writer
from scheduler.processes import Processes, SolveFailed, SolveLate, Ticket
from scheduler.rescuing import Found, RescueAsk, Searching, Warming

RESERVE_S = 0.1
"""Kept of the caller's time for the decision and the commit after the search, seconds."""
PATIENCE_S = RESERVE_S / 2
"""Of these how long an answer of the search may come after its time, for a caller with a deadline, seconds."""
LEAST_S = 0.02
"""A search shorter than this finds nothing, seconds."""
GRACE_S = 0.5
"""How long a search that does not end is waited for past its time, seconds."""
Meanwhile = Callable[[Ticket], None]
"""Told how the search can be given up."""


class Rescues:
    """Looks for a rearrangement before an order is put in line; safe to use from many threads."""

    def __init__(self, stands: Standing, writer: Writer, settings: DeskSettings) -> None:
        self._stands, self._writer, self._settings = stands, writer, settings
        self._lock = threading.Lock()
        self._processes: Processes | None = None
        self._closed = False

    def look(self, job: AskJob, meanwhile: Meanwhile | None = None) -> None:
        """Give the job what a search came to, if one is wanted and the plan can't do without.

        Raises what waiting for the writer does: Overloaded, DeadlineExpired, DeskStopped.
        """
        ask = job.ask
        if not ask.until_deadline or ask.hold_until is not None:
            return
        act = Act(lambda: self._asked(ask), ask.deadline)
        self._writer.queue.put(act)
        asked = finish(act, self._writer.queue, self._stands.clock)
        if asked is None:
            return
        if isinstance(asked, Rescue):
            job.found = Found(asked, 0, {})
            return
        ticket = Ticket()
        if meanwhile is not None:
            meanwhile(ticket)
        patience_s = GRACE_S if ask.deadline is None else PATIENCE_S
        job.found = self.search(asked, self._left_s(ask), ticket, patience_s)

    def close(self) -> None:
        """End all processes; searches that go on are given up."""
        with self._lock:
            self._closed = True
            processes, self._processes = self._processes, None
        if processes is not None:
            processes.close()

    def _asked(self, ask: Ask) -> RescueAsk | Rescue | None:
        """What to search for, by the writer; nothing for an order that stands."""
        if self._stands.halted or self._stands.plan is None or self._stands.book.find(ask.order.id) is not None:
            return None
        # The plan tells orders apart by id.
        order = replace(ask.order, id="?rescue")
        return self._writer.look(
            lambda plan, now_s: plan.rescue_ask(order, now_s, allow_frozen=ask.allow_frozen)
        )  # fmt: skip

    def search(
        self, asked: RescueAsk, left_s: float, ticket: Ticket | None = None, patience_s: float = GRACE_S,
        most_s: float = float("inf"),
    ) -> Found:  # fmt: skip
        """What a search of so many seconds, the wait for a process included, comes to; safe to use from many threads.

        The search itself takes `most_s` at most. One that has not ended `patience_s` after its time is cut off.
        """
        ticket = ticket or Ticket()
        failed = Found(Rescue.UNAVAILABLE, asked.version, asked.own)
        clock = self._stands.clock.monotonic
        began = clock()
        try:
            processes = self._running()
            if processes is None:
                return failed
            if left_s < LEAST_S or ticket.cancelled:
                return replace(failed, rescue=Rescue.CUT_OFF)
            found: Found = processes.do_in_time(
                lambda seconds: Searching(asked, clock, min(seconds, most_s)), lambda: began + left_s - clock(), ticket,
                patience_s=patience_s,
            )  # fmt: skip
        except SolveLate:
            return replace(failed, rescue=Rescue.CUT_OFF, seconds=clock() - began)
        except (SolveFailed, ValueError, OSError):
            return failed
        return found

    def _left_s(self, ask: Ask) -> float:
        most_s = self._settings.rescue_most.total_seconds()
        if ask.deadline is None:
            return most_s
        return min(most_s, ask.deadline - self._stands.clock.monotonic() - RESERVE_S)

    def _running(self) -> Processes | None:
        """The processes, started by the first who needs them."""
        with self._lock:
            if self._processes is None and self._settings.rescuers and not self._closed:
                self._processes = Processes(self._settings.rescuers, grace_s=GRACE_S, first=Warming())
            return self._processes
