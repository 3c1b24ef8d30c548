"""`jiaoqi plan alerts`: order lines that need looking after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import plan
from client.session import Session, as_dict
from client.words import cause_in_words, duration_in_words, reason_in_words
from jiaoqi.v1 import planner_service_pb2 as pb


@plan.command("alerts", help=say("help.plan.alerts"))
def alerts(
    context: typer.Context,
    customer: Annotated[str, typer.Option("--customer", help=say("help.only_customer"))] = "",
    subject: Annotated[str, typer.Option("--subject", help=say("help.only_subject"))] = "",
    watch: Annotated[bool, typer.Option("--watch", help=say("help.watch_alerts"))] = False,
) -> None:
    """List them, or go on telling what happens to them."""
    session: Session = context.obj
    if watch:
        for told in session.client.watch_alerts(customer):
            _tell(session, told)
        return
    found = list(session.client.alerts(customer_id=customer, subject_id=subject))
    if session.as_json:
        session.print_json([as_dict(alert) for alert in found])
    else:
        _show(session, found)


def _show(session: Session, found: Iterable[pb.Alert]) -> None:
    session.table(
        ("order", ">line", "customer", ">priority", "level", "promised", "expected", "slack", "*causes"),
        (
            [
                alert.order_id,
                str(alert.line_no),
                alert.customer_id,
                str(alert.priority),
                say(pb.AlertLevel.Name(alert.level)),
                session.words(alert, "promised_time"),
                session.words(alert, "expected_time"),
                duration_in_words(alert.slack_duration),
                _causes(alert),
            ]
            for alert in found
        ),
    )


def _tell(session: Session, told: pb.WatchAlertsResponse) -> None:
    if session.as_json:
        session.print_json(as_dict(told))
        return
    for row in told.rows:
        session.print(
            say(
                "say.alert",
                change=say(pb.AlertChange.Name(row.change)),
                name=f"{row.alert.order_id}/{row.alert.line_no}",
                level=say(pb.AlertLevel.Name(row.alert.level)),
                promised=session.words(row.alert, "promised_time"),
                expected=session.words(row.alert, "expected_time"),
                causes=_causes(row.alert),
            )
        )


def _causes(alert: pb.Alert) -> str:
    first = cause_in_words(alert.disruption_id)
    return "; ".join([*filter(None, [first]), *(reason_in_words(cause) for cause in alert.causes)])
