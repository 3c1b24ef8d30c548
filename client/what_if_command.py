"""`jiaoqi whatif`: what a disruption would do and cost, and nothing is changed."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import OF_ORDERS, end_of, show_lines, subject_of
from client.session import Session
from client.words import cost_in_words, receipt_in_words
from jiaoqi.v1 import plan_service_pb2
from jiaoqi.v1 import planner_service_pb2 as pb


def what_if(
    context: typer.Context,
    sentence: Annotated[str, typer.Argument(metavar="SENTENCE", help=say("help.sentence"))],
) -> None:
    """Tell who would be hit, and what it would cost."""
    session: Session = context.obj
    answer = session.client.what_if(sentence)
    session.show(answer, lambda: _tell(session, answer))


def _tell(session: Session, answer: pb.WhatIfResponse) -> None:
    session.print(say("say.would"))
    for each in answer.disruptions:
        kind = say(plan_service_pb2.DisruptionKind.Name(each.kind))
        start, end, subject = session.words(each, "start_time"), end_of(session, each), subject_of(session, each)
        if each.kind in OF_ORDERS:
            session.print(say("say.supposed_of_order", kind=kind, subject=subject))
        else:
            session.print(say("say.supposed", kind=kind, subject=subject, start=start, end=end))
    wanted = {each.subject_id for each in answer.disruptions if each.kind in OF_ORDERS and not each.withdrawn}
    for change in answer.changes:
        if change.receipt.made and change.order_id in wanted:
            session.print(say("say.let_pass", order=change.order_id))
        for text in receipt_in_words(change.receipt, session.zone):
            session.print(say("say.order_changed", order=change.order_id, text=text))
    session.print(
        say(
            "say.would_hit",
            risk=len(answer.at_risk),
            orders=len({line.order_id for line in answer.at_risk}),
            held=answer.moved_in_time_count,
            shifted=answer.shifted_count,
            moved=answer.moved_count,
            unpinned=answer.unpinned_count,
        )
    )
    for cost in answer.costs:
        session.print(cost_in_words(cost))
    session.print(say("say.would_cost_all", price=_price(answer.cost_fen if answer.HasField("cost_fen") else None)))
    if answer.at_risk:
        show_lines(session, answer.at_risk)


def _price(fen: int | None) -> str:
    return say("say.no_rate") if fen is None else f"{fen / 100:,.2f}"
