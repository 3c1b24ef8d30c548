"""How the rules in force are: when they fired last, how often, and what is remarkable about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from domain.checks import from_unix
from domain.values import replace
from promising.ports import RuleCount
from promising.rule_counts import ALL
from promising.rule_requests import Told

if TYPE_CHECKING:
    from rulebase.language.checker import RuleSet

QUIET = timedelta(days=30)
"""A rule that is in force and doesn't fire for so long is told."""
ENOUGH = 100
"""Orders that a rule must have fired on, all of them, to be told as one that always does."""


class Remark(StrEnum):
    """What is remarkable about a rule."""

    NEVER_FIRED = "never_fired"
    """In force for 30 days or more, and didn't fire in the last 30."""
    ALWAYS_FIRED = "always_fired"
    """Fired on all of 100 orders or more."""
    CONFLICTS = "conflicts"
    """Set a fact to another value than others of its rank."""
    UNTOLD = "untold"
    """Couldn't be told."""


class RuleHealth(Struct, frozen=True):
    """One rule, counted over all versions that had a rule of its name.

    `mean_s` and `worst_s`: how long its condition takes on the last orders (None: not timed).
    """

    rule: Told
    file: str
    rank: int
    fired: int
    decided: int
    since: datetime
    last: datetime | None
    untold: int
    conflicts: int
    remarks: tuple[Remark, ...]
    mean_s: float | None = None
    worst_s: float | None = None


class Health(Struct, frozen=True):
    """The version in force (0: none), its rules, and how long they took for an order."""

    number: int
    rules: tuple[RuleHealth, ...] = ()
    decided: int = 0
    mean_us: float | None = None
    worst_us: int = 0


def health(
    number: int,
    rule_set: RuleSet,
    counts: Iterable[RuleCount],
    had: Mapping[int, frozenset[str]],
    since: Mapping[int, datetime],
    now: datetime,
    times: Mapping[str, tuple[float, float]],
) -> Health:
    """The health of a version; `had` are the names of rules of all versions, `since` when each was published first."""
    by_rule: dict[str, list[RuleCount]] = {}
    for count in counts:
        by_rule.setdefault(count.rule, []).append(count)
    decided = {count.rules: count.fired for count in by_rule.get(ALL, [])}
    own = next((count for count in by_rule.get(ALL, []) if count.rules == number), None)
    rules = []
    for rule in rule_set.rules:
        rows = by_rule.get(rule.name, [])
        lasts = [row.last_s for row in rows if row.last_s is not None]
        versions = [version for version, names in had.items() if rule.name in names]
        made = RuleHealth(
            Told(rule.rule.name.zh, rule.rule.name.en),
            rule.file,
            rule.rule.rank,
            sum(row.fired for row in rows),
            sum(decided.get(version, 0) for version in versions),
            min((since[version] for version in versions if version in since), default=now),
            from_unix(max(lasts)) if lasts else None,
            sum(row.untold for row in rows),
            sum(row.conflicts for row in rows),
            (),
            *times.get(rule.name, (None, None)),
        )
        rules.append(_with_remarks(made, now))
    if own is None:
        return Health(number, tuple(rules))
    return Health(number, tuple(rules), own.fired, own.total_us / max(own.fired, 1), own.worst_us)


def _with_remarks(rule: RuleHealth, now: datetime) -> RuleHealth:
    quiet = rule.since <= now - QUIET and (rule.last is None or rule.last < now - QUIET)
    found = (
        (Remark.NEVER_FIRED, quiet),
        (Remark.ALWAYS_FIRED, rule.fired >= ENOUGH and rule.fired == rule.decided),
        (Remark.CONFLICTS, rule.conflicts > 0),
        (Remark.UNTOLD, rule.untold > 0),
    )
    return replace(rule, remarks=tuple(remark for remark, so in found if so))
