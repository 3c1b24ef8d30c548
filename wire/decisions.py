"""What rules decided of orders, what they would, and how they are, as messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.checks import from_unix
from jiaoqi.v1 import rule_service_pb2 as pb
from promising.budgets import Budget
from promising.rule_health import Health, RuleHealth
from promising.rule_requests import Told
from wire.enums import RULE_REMARK, RULE_STAGE, VERDICT
from wire.promotions import write_granted, write_lost
from wire.rules import told_to_message
from wire.times import write_duration, write_time

if TYPE_CHECKING:
    # A server without rules starts sooner without their language.
    from promising.decision_telling import ToldDecision, ToldFact, ToldStage
    from promising.replaying import Outcome, Replay
    from rulebase.rehearsal import Change, Rehearsal


LOST_SHOWN = 100
"""Promotions that are told of each side of a replay."""


def decision_to_message(told: ToldDecision, message: pb.GetDecisionResponse, first: int = 0, limit: int = 0) -> None:
    """Write all that led to a verdict into an empty message; `limit` of the promotions not met, from `first` on."""
    record = told.record
    message.order_id, message.order_version = record.order_id, record.order_version
    message.rule_version, message.verdict = record.rules, VERDICT[told.verdict]
    write_time(message.decide_time, from_unix(record.at_s))
    write_duration(message.rule_duration, timedelta(microseconds=record.took_us))
    for stage in told.stages:
        _stage_to_message(stage, message.stages.add())
    for granted in told.granted:
        write_granted(granted, message.granted_promotions.add())
    for lost in told.lost:
        write_lost(lost, message.lost_promotions.add())
    message.unmet_promotion_count = len(told.unmet)
    for lost in told.unmet[first : first + limit]:
        write_lost(lost, message.unmet_promotions.add())


def _stage_to_message(stage: ToldStage, message: pb.StageRecord) -> None:
    message.stage, message.verdict = RULE_STAGE[stage.stage], VERDICT[stage.verdict]
    _write_facts(stage.facts, message.facts)
    _write_facts(stage.derived, message.derived)
    for rule in stage.fired:
        row = message.fired.add(rank=rule.rank, line_no=rule.line)
        told_to_message(rule.rule, row.rule)
        _write_facts(rule.values, row.values)
        if rule.reason != Told("", ""):
            told_to_message(rule.reason, row.reason)
    for reason in stage.reasons:
        told_to_message(reason, message.reasons.add())
    for miss in stage.near_misses:
        near = message.near_misses.add(line_no=miss.line)
        told_to_message(miss.rule, near.rule)
        told_to_message(miss.lacking, near.lacking)
        _write_facts(miss.values, near.values)


def _write_facts(facts: Iterable[ToldFact], rows: object) -> None:
    for fact in facts:
        row = rows.add(key=fact.key, line_no=fact.line)  # type: ignore[attr-defined]
        told_to_message(fact.name, row.name)
        told_to_message(fact.value, row.value)


def replay_to_message(made: Replay, message: pb.ReplayDecisionResponse) -> None:
    """Write a replay into an empty message."""
    message.order_id, message.order_version = made.record.order_id, made.record.order_version
    message.same = made.same
    for outcome, row in ((made.recorded, message.recorded), (made.then, message.then), (made.today, message.today)):
        _outcome_to_message(outcome, row)
    before, after = ({name for name, _, _ in outcome.fired} for outcome in (made.recorded, made.today))
    for name in sorted(before - after):
        told_to_message(made.name(name), message.gone.add())
    for name in sorted(after - before):
        told_to_message(made.name(name), message.fires.add())
    message.read_today.extend(made.read_today)


def _outcome_to_message(outcome: Outcome, message: pb.Replayed) -> None:
    message.rule_version, message.verdict = outcome.rules, VERDICT[outcome.verdict]
    for name, line, rank in outcome.fired:
        row = message.fired.add(rank=rank, line_no=line)
        told_to_message(outcome.names.get(name, Told(name, name)), row.rule)
    for promotion, fen in outcome.granted:
        message.promotions.add(promotion_id=promotion, fen=fen)
    for reason in outcome.reasons:
        told_to_message(reason, message.reasons.add())
    message.lost_promotion_count = len(outcome.lost)
    for lost in outcome.lost[:LOST_SHOWN]:
        write_lost(lost, message.lost_promotions.add())


def health_to_message(health: Health, message: pb.GetRuleHealthResponse) -> None:
    """Write how the rules are into an empty message."""
    message.version, message.decided_count = health.number, health.decided
    if health.mean_us is not None:
        write_duration(message.mean_duration, timedelta(microseconds=round(health.mean_us)))
        write_duration(message.worst_duration, timedelta(microseconds=health.worst_us))
    for rule in health.rules:
        _rule_to_message(rule, message.rules.add())


def _rule_to_message(rule: RuleHealth, message: pb.RuleHealth) -> None:
    told_to_message(rule.rule, message.rule)
    message.file, message.rank = rule.file, rule.rank
    message.fired_count, message.decided_count = rule.fired, rule.decided
    message.untold_count, message.conflict_count = rule.untold, rule.conflicts
    write_time(message.since_time, rule.since)
    if rule.last is not None:
        write_time(message.last_fired_time, rule.last)
    for seconds, row in ((rule.mean_s, "mean_duration"), (rule.worst_s, "worst_duration")):
        if seconds is not None:
            getattr(message, row).nanos = min(round(seconds * 1e9), 999_999_999)
    message.remarks.extend(RULE_REMARK.number[remark] for remark in rule.remarks)


def budget_to_message(budget: Budget, message: pb.PromotionBudget) -> None:
    """Write how far a promotion is used up into an empty message."""
    message.promotion_id, message.customer_id = budget.promotion, budget.customer_id
    message.order_count, message.used_fen, message.in_force = budget.times, budget.fen, budget.in_force
    if budget.times_left is not None:
        message.left_count = budget.times_left
    if budget.fen_left is not None:
        message.left_fen = budget.fen_left


def rehearsal_to_message(made: Rehearsal, message: pb.RehearseRulesResponse) -> None:
    """Write what would change into an empty message."""
    message.order_count, message.changed_count = made.orders, made.changed
    message.review_count_before, message.review_count_after = made.held
    message.refused_count_before, message.refused_count_after = made.refused
    for change in made.changes:
        _change_to_message(change, message.changes.add())
    for name, (before, after) in made.money.items():
        message.money.add(
            promotion_id=name, fen_before=before.fen, fen_after=after.fen, order_count_before=before.orders,
            order_count_after=after.orders,
        )  # fmt: skip
    for (first, second), count in sorted(made.priorities.items(), key=lambda one: [each or 0 for each in one[0]]):
        if first != second:
            message.priorities.add(priority_before=first or 0, priority_after=second or 0, order_count=count)


def _change_to_message(change: Change, message: pb.RehearsedChange) -> None:
    message.order_id = change.order_id
    before, after = change.before, change.after
    message.verdict_before, message.verdict_after = VERDICT[before.outcome], VERDICT[after.outcome]
    message.discount_fen_before, message.discount_fen_after = before.fen, after.fen
    message.priority_before, message.priority_after = before.priority or 0, after.priority or 0
    for names, rows in ((change.gone, message.gone), (change.new, message.fires)):
        for name in names:
            rows.add(zh=name.zh, en=name.en)
