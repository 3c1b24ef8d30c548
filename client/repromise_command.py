"""`jiaoqi plan repromise`: orders promised anew after a change of supply or capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import plan
from client.hand_commands import Reason, Version
from client.notices import notices_of
from client.plant_commands import RequestId
from client.session import Session, as_dict
from client.words import reasons_in_words, time_in_words
from jiaoqi.v1 import planner_service_pb2 as pb

ALL = "all"
Which = list[str] | None
_LISTS = {"order": "order_ids", "customer": "customer_ids", "channel": "channel_ids"}


@plan.command("repromise", help=say("help.plan.repromise"))
def repromise(
    context: typer.Context,
    confirm: Annotated[Which, typer.Option("--confirm", metavar="WHICH", help=say("help.repromise_confirm"))] = None,
    improve: Annotated[Which, typer.Option("--improve", metavar="WHICH", help=say("help.repromise_improve"))] = None,
    give_way: Annotated[Which, typer.Option("--give-way", metavar="WHICH", help=say("help.repromise_give_way"))] = None,
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help=say("help.repromise_apply"))] = False,
    reason: Reason = "",
    plan_version: Version = 0,
    request_id: RequestId = "",
) -> None:
    """Promise orders anew, or tell what would become of whom."""
    session: Session = context.obj
    answer = session.client.repromise(
        confirm=_selections(session, confirm),
        improve=_selections(session, improve),
        give_way=_selections(session, give_way),
        reason=reason,
        plan_version=plan_version,
        request_id=request_id,
        validate_only=not apply,
    )
    notices = list(notices_of(answer.told, lambda time: time_in_words(time, session.zone)))
    if session.as_json:
        session.print_json({**as_dict(answer), "notices": [asdict(notice) for notice in notices]})
        return
    _show(session, answer)
    if notices:
        session.table(
            ("customer", "order", "*chinese", "*english"),
            ([each.customer_id, each.order_id, each.zh, each.en] for each in notices),
        )


def selection_of(text: str) -> pb.OrderSelection:
    """Orders as `all`, or as conditions such as `priority=1-3 channel=web order=SO-1,SO-2`. Raises ValueError."""
    found = pb.OrderSelection()
    for part in [] if text.strip() == ALL else text.split():
        name, equals, value = part.partition("=")
        values = [each for each in value.split(",") if each]
        if not equals or not values:
            raise ValueError(part)
        if name in _LISTS:
            getattr(found, _LISTS[name]).extend(values)
        elif name == "priority":
            first, _, last = value.partition("-")
            found.priority_from, found.priority_to = int(first), int(last or first)
        else:
            raise ValueError(part)
    return found


def _selections(session: Session, texts: Which) -> Sequence[pb.OrderSelection]:
    found = []
    for text in texts or []:
        try:
            found.append(selection_of(text))
        except ValueError:
            session.wrong(say("say.no_selection", text=text))
    return found


def _show(session: Session, answer: pb.RepromiseResponse) -> None:
    """Print each line before and after, and why."""
    missed = sum(row.outcome == pb.REPROMISE_OUTCOME_MISSED for row in answer.lines)
    if not answer.applied:
        session.print(say("say.would"))
    if missed:
        session.print(say("say.repromise_missed", count=missed))
    session.table(
        (
            "order", ">line", "customer", ">priority", "treatment", "outcome", "formerly", "newly", "expected", "*why",
        ),
        (
            [
                row.line.order_id,
                str(row.line.line_no),
                row.line.customer_id,
                str(row.line.priority),
                say(pb.RepromiseTreatment.Name(row.treatment)),
                say(pb.RepromiseOutcome.Name(row.outcome)),
                session.words(row.line, "promised_before_time"),
                session.words(row.line, "promised_after_time"),
                session.words(row.line, "expected_after_time"),
                _why(session, row),
            ]
            for row in answer.lines
        ),
    )  # fmt: skip
    session.print(
        say(
            "say.repromised", told=len(answer.told), version=answer.as_of.plan_version,
            seconds=answer.standstill_duration.ToMicroseconds() / 1e6,
        )
    )  # fmt: skip


def _why(session: Session, row: pb.RepromisedLine) -> str:
    parts = [reasons_in_words(row.reasons)] if row.reasons else []
    if row.HasField("earliest_time"):
        parts.insert(0, say("say.repromise_earliest", time=session.words(row, "earliest_time")))
    if row.fixed:
        parts.insert(0, say("say.repromise_fixed"))
    return "; ".join(parts)
