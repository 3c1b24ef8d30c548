"""`jiaoqi quote`, `promise` and `order`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import Parse, ParseError

from client.calls import line
from client.catalogue import say
from client.csv_rows import read_tolerance
from client.decision_words import UNMET_SHOWN, tell_decision
from client.order_file import less, more
from client.plant_commands import RequestId, ValidateOnly
from client.promotion_words import promotions_in_words
from client.session import Session, as_dict
from client.tables import show_chain, show_history, show_load, show_moulds
from client.words import (
    hold_in_words,
    line_in_words,
    missing_option_in_words,
    move_in_words,
    option_details,
    option_in_words,
    rescue_in_words,
    time_in_words,
)
from jiaoqi.v1 import order_pb2, plan_pb2, promise_pb2
from jiaoqi.v1 import promise_service_pb2 as pb

NOTHING_PROMISED = 3

orders = typer.Typer(no_args_is_help=True)


class Shipment(StrEnum):
    """How the lines of an order are to be delivered, as `--ship` has it."""

    COMPLETE = "complete"
    BY_LINE = "by-line"
    PART = "part"


SHIP_MODE = {
    None: order_pb2.SHIP_MODE_UNSPECIFIED, Shipment.COMPLETE: order_pb2.SHIP_MODE_COMPLETE,
    Shipment.BY_LINE: order_pb2.SHIP_MODE_BY_LINE,
    Shipment.PART: order_pb2.SHIP_MODE_PART_BY_DATE,
}  # fmt: skip

Item = Annotated[str, typer.Argument(metavar="ITEM", help=say("help.item"))]
Quantity = Annotated[int, typer.Argument(metavar="QUANTITY", min=0, help=say("help.quantity"))]
By = Annotated[str | None, typer.Option(help=say("help.by"))]
OrderOption = Annotated[str, typer.Option("--order", help=say("help.order_id"))]
Customer = Annotated[str, typer.Option(help=say("help.customer"))]
Latest = Annotated[str | None, typer.Option(help=say("help.latest"))]
Priority = Annotated[int, typer.Option(min=0, max=9, help=say("help.priority"))]
Channel = Annotated[str, typer.Option(help=say("help.channel"))]
Ship = Annotated[Shipment | None, typer.Option("--ship", help=say("help.ship"))]
Region = Annotated[str, typer.Option(help=say("help.region"))]
Carrier = Annotated[str, typer.Option(help=say("help.carrier"))]
Salesperson = Annotated[str, typer.Option(help=say("help.salesperson"))]
File = Annotated[Path | None, typer.Option(help=say("help.file"))]
OnTime = Annotated[bool, typer.Option("--on-time-only", help=say("help.on_time"))]
Frozen = Annotated[bool, typer.Option("--allow-frozen", help=say("help.frozen"))]
ShowOptions = Annotated[bool, typer.Option("--options", help=say("help.show_options"))]
Search = Annotated[bool, typer.Option("--search", help=say("help.search"))]
ShowLoad = Annotated[bool, typer.Option("--load", help=say("help.show_load"))]
ShowMoulds = Annotated[bool, typer.Option("--moulds", help=say("help.show_moulds"))]
QuoteId = Annotated[str, typer.Option("--quote", help=say("help.quote_id"))]
Under = Annotated[str | None, typer.Option("--under", help=say("help.under"))]
Over = Annotated[str | None, typer.Option("--over", help=say("help.over"))]
Substitutes = Annotated[bool, typer.Option("--substitutes", help=say("help.substitutes"))]
AsQuoted = Annotated[str | None, typer.Option("--no-later-than", help=say("help.as_quoted"))]
OrderId = Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_id"))]


def quote(
    context: typer.Context,
    item: Item = "",
    quantity: Quantity = 0,
    by: By = None,
    order: OrderOption = "quote",
    customer: Customer = "",
    latest: Latest = None,
    priority: Priority = 0,
    channel: Channel = "",
    ship: Ship = None,
    region: Region = "",
    carrier: Carrier = "",
    file: File = None,
    under: Under = None,
    over: Over = None,
    substitutes: Substitutes = False,
    on_time_only: OnTime = False,
    allow_frozen: Frozen = False,
    search: Search = False,
    options: ShowOptions = False,
    load: ShowLoad = False,
    moulds: ShowMoulds = False,
) -> None:
    """Ask for a date."""
    session: Session = context.obj
    wanted = order_from_words(session, file, item, quantity, by, latest, order, customer, priority, channel)
    allow(session, wanted, under, over, substitutes)
    send(wanted, ship, region, carrier)
    answer = session.client.quote(
        wanted, on_time_only=on_time_only, allow_frozen=allow_frozen, until_deadline=search,
        parts=_parts(load, moulds, options),
    )  # fmt: skip
    title = say("say.quote", order=wanted.id, now=session.words(answer.as_of, "now_time"))
    session.show(answer, lambda: _tell(session, answer, title))
    end(answer.promise)


def promise(
    context: typer.Context,
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
    quote: QuoteId = "",
    no_later_than: AsQuoted = None,
    request_id: RequestId = "",
    search: Search = False,
    options: ShowOptions = False,
    load: ShowLoad = False,
    moulds: ShowMoulds = False,
) -> None:
    """Have a date promised."""
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
        quote_id=quote,
        as_quoted_time=session.time(no_later_than),
        until_deadline=search,
        parts=_parts(load, moulds, options),
    )
    session.show(answer, lambda: _tell(session, answer, title_of(session, answer.promise)))
    end(answer.promise)


@orders.command("show", help=say("help.order.show"))
def show(
    context: typer.Context,
    order: OrderId,
    load: ShowLoad = False,
    moulds: ShowMoulds = False,
    why: Annotated[bool, typer.Option("--why", help=say("help.rules.why"))] = False,
) -> None:
    """Show one order."""
    session: Session = context.obj
    wanted = [name for name, asked in (("load", load), ("mould_state", moulds)) if asked]
    answer = session.client.get_order(order, parts=["reasons", "options", "chain", *wanted])
    history = list(session.client.history(order))
    decided = session.client.decision(order, near_misses=True, unmet=UNMET_SHOWN) if why else None
    if session.as_json:
        more = {} if decided is None else {"decision": as_dict(decided)}
        session.print_json({**as_dict(answer), "history": [as_dict(entry) for entry in history], **more})
        return
    _tell(session, answer, title_of(session, answer.promise))
    if decided is not None:
        tell_decision(session, decided)
    if answer.chain:
        session.print(say("say.chain"))
        show_chain(session, answer.chain)
    session.print(say("say.history"))
    show_history(session, history)


@orders.command("list", help=say("help.order.list"))
def list_(
    context: typer.Context,
    state: Annotated[list[str] | None, typer.Option(help=say("help.state"))] = None,
    customer: Customer = "",
) -> None:
    """List orders, line by line."""
    session: Session = context.obj
    found = session.client.list_orders(states=_states(session, state or ()), customer_id=customer)
    if session.as_json:
        session.print_json([as_dict(one) for one in found])
        return
    session.table(
        ("order", "customer", ">line", "item", ">quantity", "requested", "promised", "expected", "state"),
        (_row(session, one, each) for one in found for each in one.lines),
    )


@orders.command("watch", help=say("help.order.watch"))
def watch(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_id"))] = "",
    after: Annotated[int | None, typer.Option(min=0, help=say("help.after"))] = None,
) -> None:
    """Print events as they come, one a line."""
    session: Session = context.obj
    for number, answer in enumerate(session.client.watch(after_sequence=after, order_id=order)):
        if number == 0 and not session.as_json:
            session.print(say("say.watching", sequence=answer.sequence))
        for event in answer.events:
            if session.as_json:
                print(json.dumps(as_dict(event), ensure_ascii=False), flush=True)
                continue
            words = (
                str(event.sequence),
                session.words(event, "event_time"),
                say(plan_pb2.EventKind.Name(event.kind)),
                event.order_id,
                event.actor,
                event.reason,
                event.detail,
            )
            session.print("  ".join(word for word in words if word))


def order_from_words(
    session: Session,
    file: Path | None,
    item: str,
    quantity: int,
    by: str | None,
    latest: str | None,
    order_id: str,
    customer: str,
    priority: int,
    channel: str,
) -> order_pb2.Order:
    """Return the order of a file or of the command line; what the command line says goes over what the file says."""
    order = _order(session, file, item, quantity, by, latest)
    order.id = order.id or order_id if order_id == "quote" else order_id or order.id
    order.customer_id = customer or order.customer_id
    order.priority = priority or order.priority
    order.channel_id = channel or order.channel_id
    return order


def send(order: order_pb2.Order, ship: Shipment | None, region: str, carrier: str) -> None:
    """Say how an order is to be delivered, where the command line does."""
    order.ship_mode = SHIP_MODE[ship] or order.ship_mode
    order.region = region or order.region
    order.carrier_id = carrier or order.carrier_id


def _order(
    session: Session, file: Path | None, item: str, quantity: int, by: str | None, latest: str | None
) -> order_pb2.Order:
    if file is not None:
        try:
            return Parse(file.read_text(encoding="utf-8"), order_pb2.Order())
        except (OSError, ParseError, UnicodeDecodeError) as error:
            session.wrong(say("error.file", file=file, problem=error))
    requested = session.time(by)
    if not item or not quantity or requested is None:
        session.wrong(say("error.order"))
    return order_pb2.Order(lines=[line(1, item, quantity, requested, session.time(latest))])


def allow(session: Session, order: order_pb2.Order, under: str | None, over: str | None, substitutes: bool) -> None:
    """Let all lines of an order be served by a little less or more, or by substitutes, as the command line says."""
    for each in order.lines:
        if under is not None:
            each.least_quantity = less(each.quantity, _tolerance(session, under))
        if over is not None:
            each.most_quantity = more(each.quantity, _tolerance(session, over))
        each.allow_substitutes = each.allow_substitutes or substitutes


def _tolerance(session: Session, text: str) -> Callable[[int], int]:
    try:
        return read_tolerance(text)
    except ValueError:
        session.wrong(say("error.value", text=text, allowed=say("allowed.tolerance")))


def _parts(load: bool, moulds: bool, options: bool) -> list[str]:
    pairs = (("load", load), ("mould_state", moulds), ("options", options))
    wanted = [name for name, asked in pairs if asked]
    return ["reasons", *wanted] if wanted else []


def _states(session: Session, names: Iterable[str]) -> list[str]:
    known = {name.removeprefix("PROMISE_STATE_").lower(): name for name in promise_pb2.PromiseState.keys()[1:]}
    for name in names:
        if name.lower() not in known:
            session.wrong(say("error.state", text=name, allowed=", ".join(known)))
    return [known[name.lower()] for name in names]


def title_of(session: Session, promise: promise_pb2.Promise) -> str:
    """Return the line above an order."""
    decided = time_in_words(promise.decide_time, session.zone)
    return say("say.promise", order=promise.order.id, etag=promise.etag, now=decided)


def _tell(session: Session, answer: pb.QuoteResponse | pb.PromiseResponse | pb.GetOrderResponse, title: str) -> None:
    tell_promise(session, answer.promise, title)
    if answer.load:
        show_load(session, answer.load)
    if answer.mould_state:
        show_moulds(session, answer.mould_state)


def tell_promise(session: Session, promise: promise_pb2.Promise, title: str) -> None:
    """Print an order with its promises."""
    session.print(title)
    session.table(
        (">line", "item", ">quantity", "requested", "promised", "expected", "state"),
        (_row(session, promise, each)[2:] for each in promise.lines),
    )
    for each in promise.lines:
        session.print(say("say.line", line=each.line_no, text=line_in_words(each, session.zone)))
        for option in each.options:
            session.print(say("say.option", text=option_in_words(option, session.zone)))
            for detail in option_details(option, session.zone):
                session.print(detail)
        for search in each.option_searches:
            if search.outcome != promise_pb2.OPTION_OUTCOME_FOUND:
                session.print(missing_option_in_words(search))
    if promise.order.ship_mode > order_pb2.SHIP_MODE_BY_LINE:
        session.print(say(order_pb2.ShipMode.Name(promise.order.ship_mode)))
    for rest in (each for each in promise.order.lines if each.part_of_line_no):
        session.print(say("say.rest_of", line=rest.line_no, of=rest.part_of_line_no))
    if promise.HasField("rescue"):
        session.print(rescue_in_words(promise.rescue))
        for move in promise.rescue.moves:
            session.print(move_in_words(move, session.zone))
    if promise.HasField("hold"):
        session.print(hold_in_words(promise, session.zone))
    for text in promotions_in_words(promise, session.zone):
        session.print(text)
    if promise.payment_held:
        session.print(say("say.payment_held"))
    if promise.quote_id:
        session.print(say("say.quote_id", quote=promise.quote_id))
    if promise.duplicate_order_ids:
        session.print(say("say.duplicates", orders=", ".join(promise.duplicate_order_ids)))


def _row(session: Session, promise: promise_pb2.Promise, each: promise_pb2.LinePromise) -> list[str]:
    return [
        promise.order.id,
        promise.order.customer_id,
        str(each.line_no),
        each.item_id,
        f"{each.quantity:,}",
        session.words(each, "requested_time"),
        session.words(each, "promised_time"),
        session.words(each, "expected_time"),
        say(promise_pb2.PromiseState.Name(each.state)),
    ]


def end(promise: promise_pb2.Promise) -> None:
    """End with a status of its own when nothing at all was promised."""
    if all(each.outcome == promise_pb2.OUTCOME_REFUSED for each in promise.lines):
        raise typer.Exit(NOTHING_PROMISED)
