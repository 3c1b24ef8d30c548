"""`jiaoqi order hold` and the commands that change an order which stands."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.order_commands import (
    AsQuoted,
    By,
    Carrier,
    Channel,
    Customer,
    File,
    Frozen,
    Item,
    Latest,
    OnTime,
    OrderId,
    OrderOption,
    Over,
    Priority,
    Quantity,
    QuoteId,
    Region,
    Salesperson,
    Ship,
    Substitutes,
    Under,
    allow,
    end,
    order_from_words,
    orders,
    send,
    tell_promise,
    title_of,
)
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session
from client.times import timestamp
from client.words import displaced_in_words, receipt_in_words
from jiaoqi.v1 import promise_service_pb2 as pb
from jiaoqi.v1 import review_service_pb2
from jiaoqi.v1.order_pb2 import Order

DECLINED = 3
DIGITS_MAX = 9
"""More than any line number or quantity has."""

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
    ship: Ship = None,
    region: Region = "",
    carrier: Carrier = "",
    file: File = None,
    under: Under = None,
    over: Over = None,
    substitutes: Substitutes = False,
    on_time_only: OnTime = False,
    allow_frozen: Frozen = False,
    validate_only: ValidateOnly = False,
    request_id: RequestId = "",
) -> None:
    """Keep a place and its date until a time."""
    session: Session = context.obj
    wanted = order_from_words(session, file, item, quantity, by, latest, order, customer, priority, channel)
    allow(session, wanted, under, over, substitutes)
    send(wanted, ship, region, carrier)
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
    tell_change(session, answer)


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
    tell_change(
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
    tell_change(
        session,
        session.client.cancel(order, reason=reason, etag=etag, request_id=request_id, validate_only=validate_only),
    )


@orders.command("amend", help=say("help.order.amend"))
def amend(
    context: typer.Context,
    order: OrderId,
    line: Annotated[int, typer.Option(min=0, help=say("help.line"))] = 0,
    item: Annotated[str, typer.Option(help=say("help.item"))] = "",
    quantity: Annotated[int, typer.Option(min=0, help=say("help.quantity"))] = 0,
    by: By = None,
    latest: Latest = None,
    remove: Annotated[bool, typer.Option("--remove", help=say("help.remove"))] = False,
    ship: Ship = None,
    region: Region = "",
    carrier: Carrier = "",
    file: File = None,
    on_time_only: OnTime = False,
    allow_frozen: Frozen = False,
    reason: Reason = "",
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Change, add or remove a line, or give the whole content by a file."""
    session: Session = context.obj
    standing = session.client.get_order(order).promise
    if file is None:
        wanted = _amended(
            session, standing.order, line, item, quantity, by, latest, remove, anyway=bool(ship or region or carrier)
        )
    else:
        wanted = order_from_words(session, file, "", 0, None, None, order, standing.order.customer_id, 0, "")
    send(wanted, ship, region, carrier)
    answer = session.client.amend(
        wanted,
        on_time_only=on_time_only,
        allow_frozen=allow_frozen,
        request_id=request_id,
        reason=reason,
        etag=etag or standing.etag,
        validate_only=validate_only,
    )
    tell_change(session, answer)


def _amended(
    session: Session, order: Order, number: int, item: str, quantity: int, by: str | None, latest: str | None,
    remove: bool, anyway: bool,
) -> Order:  # fmt: skip
    """The order with one line changed, added or removed; without a number its only one.

    With `anyway` no line needs to change.
    """
    lines = {line.line_no: line for line in order.lines}
    if anyway and not (number or item or quantity or by or latest or remove):
        return order
    if not number and len(lines) > 1:
        session.wrong(say("error.line", lines=", ".join(map(str, lines))))
    number = number or next(iter(lines))
    if remove:
        if number not in lines:
            session.wrong(say("error.line", lines=", ".join(map(str, lines))))
        order.lines.remove(lines[number])
        return order
    wanted = lines.get(number) or order.lines.add(line_no=number)
    wanted.item_id = item or wanted.item_id
    more = (quantity or wanted.quantity) - wanted.quantity
    wanted.quantity += more
    if wanted.least_quantity:
        wanted.least_quantity = max(1, wanted.least_quantity + more)
    if wanted.most_quantity:
        wanted.most_quantity += more
    for field, text in (("requested_time", by), ("latest_time", latest)):
        if text is not None:
            getattr(wanted, field).CopyFrom(timestamp(session.time(text)))
    return order


@orders.command("split", help=say("help.order.split"))
def split(
    context: typer.Context,
    order: OrderId,
    line: Annotated[int, typer.Argument(metavar="LINE", min=1, help=say("help.line"))],
    quantity: Annotated[int, typer.Argument(metavar="QUANTITY", min=1, help=say("help.part"))],
    by: Annotated[str, typer.Option(help=say("help.by"))],
    latest: Latest = None,
    new_line: Annotated[int, typer.Option(min=0, help=say("help.new_line"))] = 0,
    on_time_only: OnTime = False,
    allow_frozen: Frozen = False,
    reason: Reason = "",
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Make two lines of one."""
    session: Session = context.obj
    requested = session.time(by)
    assert requested is not None
    answer = session.client.split(
        order,
        line_no=line,
        quantity=quantity,
        requested_time=requested,
        latest_time=session.time(latest),
        new_line_no=new_line,
        on_time_only=on_time_only,
        allow_frozen=allow_frozen,
        request_id=request_id,
        reason=reason,
        etag=etag,
        validate_only=validate_only,
    )
    tell_change(session, answer)


@orders.command("force", help=say("help.order.force"))
def force(
    context: typer.Context,
    order: OrderId,
    line: Annotated[int, typer.Argument(metavar="LINE", min=1, help=say("help.line"))],
    date: Annotated[str, typer.Argument(metavar="DATE", help=say("help.force_date"))],
    reason: Annotated[str, typer.Option(help=say("help.reason"))],
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Set the promised time of a line, as a planner."""
    session: Session = context.obj
    promised = session.time(date)
    assert promised is not None
    answer = session.client.force_date(
        order,
        line_no=line,
        promised_time=promised,
        request_id=request_id,
        reason=reason,
        etag=etag,
        validate_only=validate_only,
    )
    tell_change(session, answer)


@orders.command("close", help=say("help.order.close"))
def close(
    context: typer.Context,
    order: OrderId,
    delivered: Annotated[list[str] | None, typer.Option(metavar="LINE=QUANTITY", help=say("help.delivered"))] = None,
    at: Annotated[str | None, typer.Option(help=say("help.delivered_at"))] = None,
    reason: Reason = "",
    etag: Etag = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """End an order that is delivered, or finished short."""
    session: Session = context.obj
    answer = session.client.close_order(
        order,
        delivered=dict(_delivery(session, text) for text in delivered or ()),
        delivered_time=session.time(at),
        request_id=request_id,
        reason=reason,
        etag=etag,
        validate_only=validate_only,
    )
    tell_change(session, answer)


def _delivery(session: Session, text: str) -> tuple[int, int]:
    """A line and what was delivered of it; ends the run for what is neither."""
    line, _, quantity = text.partition("=")
    if not (line.isdecimal() and quantity.isdecimal() and max(len(line), len(quantity)) <= DIGITS_MAX):
        session.wrong(say("error.delivery", text=text))
    return int(line), int(quantity)


Answer = (
    review_service_pb2.RejectResponse
    | review_service_pb2.HandOverResponse
    | review_service_pb2.SettleReviewResponse
    | pb.CancelResponse
    | pb.ConfirmResponse
    | pb.ReleaseResponse
    | pb.AmendResponse
    | pb.SplitResponse
    | pb.ForceDateResponse
    | pb.CloseResponse
)


def tell_change(session: Session, answer: Answer) -> None:
    """Print the order and the receipt; end with a status of its own when the change was declined."""

    def words() -> None:
        tell_promise(session, answer.promise, title_of(session, answer.promise))
        for text in receipt_in_words(answer.receipt, session.zone):
            session.print(text)

    session.show(answer, words)
    if not answer.receipt.made:
        raise typer.Exit(DECLINED)


@orders.command("accept", help=say("help.order.accept"))
def accept(
    context: typer.Context,
    option: Annotated[str, typer.Argument(metavar="OPTION", help=say("help.option"))],
    validate_only: ValidateOnly = False,
    request_id: RequestId = "",
) -> None:
    """Take an option."""
    session: Session = context.obj
    answer = session.client.accept_option(option, request_id=request_id, validate_only=validate_only)
    session.show(answer, lambda: _tell_accepted(session, answer, option, validate_only))
    if not answer.accepted:
        raise typer.Exit(DECLINED)


def _tell_accepted(session: Session, answer: pb.AcceptOptionResponse, option: str, validate_only: bool) -> None:
    if answer.plan_moved_on:
        session.print(say("say.moved_on"))
    if not answer.accepted:
        session.print(say("say.not_accepted", option=option))
    elif validate_only:
        session.print(say("say.would_accept", option=option))
    else:
        session.print(say("say.accepted", option=option))
    for row in answer.displaced:
        session.print(say("option.detail", text=displaced_in_words(row, session.zone)))
    tell_promise(session, answer.promise, title_of(session, answer.promise))
