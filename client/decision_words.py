"""Why rules decided of an order as they did, in words."""

from __future__ import annotations

from collections.abc import Iterable

from client.catalogue import language, say
from client.promotion_words import lost_in_words
from client.session import Session
from jiaoqi.v1 import rule_service_pb2 as pb

UNMET_SHOWN = 50
"""Promotions that an order didn't meet which are told on the command line."""


def told(text: pb.Told) -> str:
    """Return a text of the server in the language of the command line."""
    return text.zh if language() == "zh" else text.en


def tell_decision(session: Session, answer: pb.GetDecisionResponse) -> None:
    """Print all that led to the verdict on an order."""
    took = answer.rule_duration.ToMicroseconds()
    verdict = say(pb.Verdict.Name(answer.verdict))
    session.print(
        say("say.rules.decision", verdict=verdict, version=answer.rule_version, order=answer.order_version, took=took)
    )
    for stage in answer.stages:
        session.print(f"  {say(pb.RuleStage.Name(stage.stage))}: {say(pb.Verdict.Name(stage.verdict))}")
        for reason in stage.reasons:
            session.print(f"    - {told(reason)}")
        for rule in stage.fired:
            rank = say("say.rules.rank", rank=rule.rank) if rule.rank else ""
            session.print("    " + say("say.rules.fired", rule=told(rule.rule), rank=rank, line=of_line(rule.line_no)))
            session.print(f"      [{_facts(rule.values)}]")
        if stage.derived:
            session.print("    " + say("say.rules.set", facts=_facts(stage.derived)))
        for miss in stage.near_misses:
            name = told(miss.rule) + of_line(miss.line_no)
            session.print(
                "    " + say("say.rules.near", rule=name, lacking=told(miss.lacking), facts=_facts(miss.values))
            )
        session.print("    " + say("say.rules.read", facts=_facts(stage.facts)))
    for lost in answer.unmet_promotions:
        session.print("  " + say("say.unmet", promotion=lost.promotion_id, text=lost_in_words(lost)))
    if answer.unmet_promotion_count > len(answer.unmet_promotions):
        session.print("  " + say("say.unmet_more", count=answer.unmet_promotion_count - len(answer.unmet_promotions)))


def _facts(facts: Iterable[pb.FactValue]) -> str:
    return ", ".join(f"{told(one.name)}{of_line(one.line_no)} = {told(one.value)}" for one in facts)


def of_line(number: int) -> str:
    """Return the line that is meant; empty for the order as a whole."""
    return say("say.rules.line", line=number) if number else ""
