"""`jiaoqi order hold` and the commands that change an order which stands."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.order_commands import (
    AsQuoted,
    By,
    Channel,
    Customer,
    File,
    Frozen,
    Item,
    Latest,
    OnTime,
    OrderId,
    OrderOption,
    Priority,
    Quantity,
    QuoteId,
    Salesperson,
    end,
    order_from_words,
    orders,
    tell_promise,
    title_of,
)
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session
from client.words import receipt_in_words
from jiaoqi.v1 import promise_service_pb2 as pb

DECLINED = 3

Reason = Annotated[str, typer.Option(help=say("help.reason"))]
Etag = Annotated[str, typer.Option(help=say("help.etag"))]


@orders.command("hold", help=say("help.order.hold"))
def hold(
    context: typer.Context,
    until: Annotated[str, typer.Option(help=say("help.until"))],
    item: Item = "",
    quantity: Quantity = 0,
    by: By = None,
    order: OrderOption = "",
    customer: Customer = "",
    latest: Latest = None,
    priority: Priority = 0,
    channel: Channel = "",
    salesperson: Salesperson = "",
    file: File = None,
    on_time_only: OnTime = False,
    allow_frozen: Frozen = False,
    validate_only: ValidateOnly = False,
    request_id: RequestId = "",
) -> None:
    """Keep a place and its date until a time."""
    session: Session = context.obj
    wanted = order_from_words(session, file, item, quantity, by, latest, order, customer, priority, channel)
    wanted.salesperson = salesperson or wanted.salesperson
    answer = session.client.promise(
        wanted,
        request_id=request_id,
        on_time_only=on_time_only,
        allow_frozen=allow_frozen,
        validate_only=validate_only,
        expire_time=session.time(until),
    )
    session.show(answer, lambda: tell_promise(session, answer.promise, title_of(session, answer.promise)))
    end(answer.promise)


@orders.command("confirm", help=say("help.order.confirm"))
def confirm(
    context: typer.Context,
    order: OrderId,
    quote: QuoteId = "",
    no_later_than: AsQuoted = None,
    reason: Reason = "",
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Make a promise of a held order."""
    session: Session = context.obj
    answer = session.client.confirm(
        order,
        request_id=request_id,
        reason=reason,
        etag=etag,
        validate_only=validate_only,
        quote_id=quote,
        as_quoted_time=session.time(no_later_than),
    )
    _tell(session, answer)


@orders.command("release", help=say("help.order.release"))
def release(
    context: typer.Context,
    order: OrderId,
    reason: Reason = "",
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Give a held order up."""
    session: Session = context.obj
    _tell(
        session,
        session.client.release(order, request_id=request_id, reason=reason, etag=etag, validate_only=validate_only),
    )


@orders.command("cancel", help=say("help.order.cancel"))
def cancel(
    context: typer.Context,
    order: OrderId,
    reason: Reason = "",
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Take an order back."""
    session: Session = context.obj
    _tell(
        session,
        session.client.cancel(order, reason=reason, etag=etag, request_id=request_id, validate_only=validate_only),
    )


def _tell(session: Session, answer: pb.CancelResponse | pb.ConfirmResponse | pb.ReleaseResponse) -> None:
    """Print the order and the receipt; end with a status of its own when the change was declined."""

    def words() -> None:
        tell_promise(session, answer.promise, title_of(session, answer.promise))
        for text in receipt_in_words(answer.receipt, session.zone):
            session.print(text)

    session.show(answer, words)
    if not answer.receipt.made:
        raise typer.Exit(DECLINED)
