"""Promotions that add up on one line though nobody said so: they cover the same, and no group keeps them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import combinations, islice
from zoneinfo import ZoneInfo

from rulebase.checks.witness import Example
from rulebase.language.tree import Fact
from rulebase.language.vocabulary import FactValue
from rulebase.promotions.table import Gives, Promotion

PAIRS_MAX = 1_000_000
USUAL_DAY = date(2026, 3, 2)
_FREE = (Gives.GIFT, Gives.POINTS)


def overlaps(promotions: Sequence[Promotion], zone: ZoneInfo) -> Iterator[tuple[Promotion, Promotion, Example]]:
    """Pairs that one order can have on one line, with that order.

    Gifts and points take nothing off. One that isn't stacking, or is in a group, was thought about.
    """
    loose = [one for one in promotions if one.stacking and not one.group and one.gives not in _FREE]
    for one, other in islice(combinations(sorted(loose, key=lambda each: each.id), 2), PAIRS_MAX):
        example = _both(one, other, zone)
        if example is not None:
            yield one, other, example


def _both(one: Promotion, other: Promotion, zone: ZoneInfo) -> Example | None:
    """An order that meets the conditions of both."""
    scopes = [_common(getattr(one, name), getattr(other, name)) for name in ("channels", "customers", "grades")]
    item, day = _item(one, other), _day(one, other)
    if item is None or day is None or any(scope is None for scope in scopes):
        return None
    channel, customer, grade = (scope or "" for scope in scopes)
    order: list[tuple[Fact, FactValue]] = [
        (Fact("channel", "id"), channel), (Fact("customer", "id"), customer), (Fact("customer", "grade"), grade),
        (Fact("clock", "now"), int(datetime.combine(day, time(12), zone).timestamp())),
    ]  # fmt: skip
    quantity = max(1, *(max(each.least_quantity, each.buy + each.get) for each in (one, other)))
    price = max(10_000, *(-(-each.least_fen // quantity) for each in (one, other)), 10 * one.fen, 10 * other.fen)
    line: tuple[tuple[Fact, FactValue], ...] = (
        (Fact("item", "id"), item[0]), (Fact("item", "family"), item[1]), (Fact("line", "quantity"), quantity),
        (Fact("line", "unit_price"), price),
    )  # fmt: skip
    return Example(tuple(pair for pair in order if pair[1] != ""), (tuple(pair for pair in line if pair[1] != ""),))


def _common(one: frozenset[str], other: frozenset[str]) -> str | None:
    """Something in both scopes, empty where both take all; None where there is nothing."""
    if not one or not other:
        return min(one | other, default="")
    return min(one & other, default=None)


def _item(one: Promotion, other: Promotion) -> tuple[str, str] | None:
    """An item and its family that both cover."""
    if not (one.items or one.families) or not (other.items or other.families):
        wider = other if not (one.items or one.families) else one
        return min(wider.items, default=""), min(wider.families, default="") if not wider.items else ""
    if one.items & other.items:
        return min(one.items & other.items), ""
    if one.families & other.families:
        return "", min(one.families & other.families)
    for first, second in ((one, other), (other, one)):
        if first.items and second.families:
            return min(first.items), min(second.families)
    return None


def _day(one: Promotion, other: Promotion) -> date | None:
    firsts = [each.first for each in (one, other) if each.first is not None]
    lasts = [each.last for each in (one, other) if each.last is not None]
    first, last = max(firsts, default=None), min(lasts, default=None)
    if first is not None and last is not None:
        return first if first <= last else None
    return first or last or USUAL_DAY
