"""`jiaoqi review`, and what reviewers do with held orders."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from client.catalogue import say
from client.change_commands import Etag, tell_change
from client.order_commands import OrderId, orders
from client.plant_commands import RequestId, ValidateOnly
from client.promotion_words import review_in_words
from client.session import Session, as_dict
from jiaoqi.v1 import promise_pb2, promotion_pb2
from jiaoqi.v1.review_service_pb2 import ReviewedOrder

reviews = typer.Typer(no_args_is_help=True)


class Kind(StrEnum):
    """What a question is about, as the command line has it."""

    DISCOUNT = "discount"
    TWO_CHANNELS = "two-channels"


class State(StrEnum):
    """How a question stands, as the command line has it."""

    OPEN = "open"
    REJECTED = "rejected"


_KINDS = {
    None: promotion_pb2.REVIEW_KIND_UNSPECIFIED,
    Kind.DISCOUNT: promotion_pb2.REVIEW_KIND_DISCOUNT,
    Kind.TWO_CHANNELS: promotion_pb2.REVIEW_KIND_TWO_CHANNELS,
}
_STATES = {
    None: promotion_pb2.REVIEW_STATE_UNSPECIFIED,
    State.OPEN: promotion_pb2.REVIEW_STATE_OPEN,
    State.REJECTED: promotion_pb2.REVIEW_STATE_REJECTED,
}
Why = Annotated[str, typer.Option("--reason", help=say("help.why"))]


@reviews.command("list", help=say("help.review.list"))
def list_(
    context: typer.Context,
    kind: Annotated[Kind | None, typer.Option(help=say("help.review.kind"))] = None,
    state: Annotated[State | None, typer.Option(help=say("help.review.state"))] = None,
) -> None:
    """List questions that nobody accepted yet."""
    session: Session = context.obj
    found = list(session.client.reviews(_KINDS[kind], _STATES[state]))
    if session.as_json:
        session.print_json([as_dict(one) for one in found])
        return
    session.table(("order", "customer", "opened", "state", "*question"), (_row(session, each) for each in found))


def _row(session: Session, found: ReviewedOrder) -> list[str]:
    lines = found.promise.lines
    return [
        found.promise.order.id,
        found.promise.order.customer_id,
        session.words(found.review, "open_time"),
        say(promise_pb2.PromiseState.Name(lines[0].state)),
        review_in_words(found.review, session.zone),
    ]


@reviews.command("settle", help=say("help.review.settle"))
def settle(
    context: typer.Context,
    order: OrderId,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=say("help.review.kind"))],
    reason: Why,
    accept: Annotated[bool, typer.Option("--accept/--reject", help=say("help.review.accept"))],
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Answer a question about an order."""
    session: Session = context.obj
    answer = session.client.settle_review(
        order, _KINDS[kind], accepted=accept, reason=reason, etag=etag, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip
    tell_change(session, answer)


@orders.command("reject", help=say("help.order.reject"))
def reject(
    context: typer.Context,
    order: OrderId,
    reason: Why,
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Refuse a held order."""
    session: Session = context.obj
    answer = session.client.reject(order, reason=reason, etag=etag, request_id=request_id, validate_only=validate_only)
    tell_change(session, answer)


@orders.command("hand-over", help=say("help.order.hand_over"))
def hand_over(
    context: typer.Context,
    order: OrderId,
    reason: Why,
    to: Annotated[str, typer.Option(help=say("help.handed_to"))] = "",
    until: Annotated[str | None, typer.Option(help=say("help.new_end"))] = None,
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Let somebody else decide on a held order."""
    session: Session = context.obj
    answer = session.client.hand_over(
        order, to=to, expire_time=session.time(until), reason=reason, etag=etag, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip
    tell_change(session, answer)
