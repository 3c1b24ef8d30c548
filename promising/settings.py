"""Limits and habits of a desk."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from rulebase.choice import RulesEngine


class Redispatch(StrEnum):
    """When the whole plan is re-dispatched (tier 1) although no answer asked for it."""

    AFTER_EACH = "after_each"
    """After every decision and before the next one."""
    IDLE = "idle"
    """When the queue is empty after a commit."""
    OFF = "off"


class DeskSettings(Struct, frozen=True):
    """Limits of the desk.

    `queue_limit`: requests waiting, beyond it `Overloaded`; `batch_limit` orders or `batch_time` of deciding,
    whichever comes first, go into one transaction; `duplicate_days`: how far apart the requested times of two
    equal orders are at most when they are suspicious; `request_memory`: how long request ids are kept;
    `hold_time`: how long an order is held that rules or the approval leave to a human, 72 hours by the calendar;
    `hold_most`: the longest hold that a caller may ask for;
    `assumed_end`: how long a disruption is taken to last whose end nobody knows, and at least how much longer each time
    that has passed unheard;
    `alert_every`: how often the desk looks for alerts beside its other work, 0: only when somebody asks;
    `check_after`: how long after its start the desk checks the whole plan for the first time beside its other work,
    `check_every`: how long it waits until it does so again (every commit is checked anyway, in its own way);
    `rules_engine`: what matches the rules that the store has in force;
    `rescuers`: processes that search for rearrangements, started when the first is asked for (0: none is searched for),
    `rescue_most`: how long a search may take, for callers without a deadline too; `option_search`: how long
    one may that looks for an option (0: none is made), `option_most`: how long all options of an order may be looked
    for, and half of what is left of its caller's time;
    `tidy_every`: how often the plan is brought into better order unasked, 0: never, with searches of `tidy_for`.
    """

    queue_limit: int = 1024
    batch_limit: int = 64
    batch_time: timedelta = timedelta(milliseconds=25)
    redispatch: Redispatch = Redispatch.IDLE
    duplicate_days: int = 3
    request_memory: timedelta = timedelta(days=30)
    hold_time: timedelta = timedelta(hours=72)
    hold_most: timedelta = timedelta(days=90)
    assumed_end: timedelta = timedelta(hours=24)
    alert_every: timedelta = timedelta(seconds=30)
    check_in_background: bool = True
    check_after: timedelta = timedelta(0)
    check_every: timedelta = timedelta(minutes=15)
    rules_engine: RulesEngine = RulesEngine.COMPILED
    rescuers: int = 1
    rescue_most: timedelta = timedelta(seconds=10)
    option_search: timedelta = timedelta(seconds=1)
    option_most: timedelta = timedelta(seconds=5)
    tidy_every: timedelta = timedelta(0)
    tidy_for: timedelta = timedelta(seconds=20)
