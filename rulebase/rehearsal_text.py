"""Tells a rehearsal to people, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from rulebase.engine.telling import OUTCOMES, pick
from rulebase.language.formatter import money_text
from rulebase.language.tree import Outcome
from rulebase.rehearsal import Change, Judged, Money, Rehearsal

_SAID = {
    "orders": ("{orders} 张订单，{changed} 张有变", "{orders} orders, {changed} of them change"),
    "verdict": ("  {before} → {after}：{count} 张", "  {before} → {after}: {count} orders"),
    "held": (
        "待人工：{before} → {after}；拒绝：{no} → {no_after}",
        "held: {before} → {after}; refused: {no} → {no_after}",
    ),
    "priority": ("  优先级 {before} → {after}：{count} 张", "  priority {before} → {after}: {count} orders"),
    "money": ("优惠合计：{before} → {after}（{difference}）", "discount: {before} → {after} ({difference})"),
    "promotion": (
        "  {name}：{before}（{orders} 张）→ {after}（{orders_after} 张）",
        "  {name}: {before} ({orders} orders) → {after} ({orders_after} orders)",
    ),
    "change": ("{order}：{before} → {after}", "{order}: {before} → {after}"),
    "new": ("  新触发 {rules}", "  fire now: {rules}"),
    "gone": ("  不再触发 {rules}", "  fire no longer: {rules}"),
    "priority_of": ("优先级 {priority}", "priority {priority}"),
    "more": ("……还有 {count} 张", "... and {count} more"),
}  # fmt: skip


def told_rehearsal(found: Rehearsal, language: str) -> Iterator[str]:
    """The sums first, then the orders that change."""

    def say(key: str, **values: object) -> str:
        return pick(_SAID[key], language).format_map(values)

    yield say("orders", orders=found.orders, changed=found.changed)
    (held, held_after), (no, no_after) = found.held, found.refused
    yield say("held", before=held, after=held_after, no=no, no_after=no_after)
    for (one, other), count in sorted(found.outcomes.items()):
        if one is not other:
            yield say("verdict", before=_outcome(one, language), after=_outcome(other, language), count=count)
    for (first, second), count in sorted(found.priorities.items(), key=str):
        if first != second:
            yield say("priority", before=first or "-", after=second or "-", count=count)
    yield from _money(found, language)
    for change in found.changes:
        yield from _change(change, language)
    if found.changed > len(found.changes):
        yield say("more", count=found.changed - len(found.changes))


def _outcome(outcome: Outcome, language: str) -> str:
    return pick(OUTCOMES[outcome], language)


def _money(found: Rehearsal, language: str) -> Iterator[str]:
    if not found.money:
        return
    before, after = found.fen
    values = {"before": money_text(before, language), "after": money_text(after, language)}
    difference = ("+" if after >= before else "") + money_text(after - before, language)
    yield pick(_SAID["money"], language).format_map(values | {"difference": difference})
    for name, pair in found.money.items():
        if pair[0] != pair[1]:
            yield pick(_SAID["promotion"], language).format_map(_of_promotion(name, pair, language))


def _of_promotion(name: str, pair: tuple[Money, Money], language: str) -> dict[str, object]:
    before, after = pair
    return {
        "name": name, "before": money_text(before.fen, language), "orders": before.orders,
        "after": money_text(after.fen, language), "orders_after": after.orders,
    }  # fmt: skip


def _change(change: Change, language: str) -> Iterator[str]:
    values = {"order": change.order_id, "before": _judged(change.before, language)}
    yield pick(_SAID["change"], language).format_map(values | {"after": _judged(change.after, language)})
    for key, names in (("new", change.new), ("gone", change.gone)):
        if names:
            yield pick(_SAID[key], language).format(rules=", ".join(name.say(language) for name in names))


def _judged(judged: Judged, language: str) -> str:
    parts = [_outcome(judged.outcome, language)]
    if judged.priority is not None:
        parts.append(pick(_SAID["priority_of"], language).format(priority=judged.priority))
    parts += [f"{name} {money_text(fen, language)}" for name, fen in judged.won]
    return ", ".join(parts)
