"""Tables of load and of moulds."""

from __future__ import annotations

from collections.abc import Iterable

from client.catalogue import say
from client.session import Session
from client.words import changes_in_words, coded, duration_in_words, local, reasons_in_words, time_in_words
from jiaoqi.v1 import plan_pb2, promise_pb2


def show_load(session: Session, load: Iterable[plan_pb2.ResourceLoad]) -> None:
    """Print the load of resources, a row for each day on which there is anything to tell."""
    session.table(
        ("resource", "day", ">working", ">run", ">changeover", ">downtime", ">load"),
        (_day(session, resource.resource_id, day) for resource in load for day in resource.days if _worth(day)),
    )


def show_moulds(session: Session, moulds: Iterable[plan_pb2.MouldState]) -> None:
    """Print what moulds are doing."""
    session.table(
        ("mould", "state", "until", "resource", "order"),
        (
            [
                mould.mould_id,
                say(plan_pb2.MouldActivity.Name(mould.activity)),
                session.words(mould, "until_time"),
                mould.resource_id,
                mould.order_id,
            ]
            for mould in moulds
        ),
    )


def show_chain(session: Session, chain: Iterable[promise_pb2.ChainStep]) -> None:
    """Print the operations of an order as they follow one another, with what each waits for."""
    session.table(
        (">line", "item", "operation", ">quantity", "resource", "mould", "crew", "visit", "start", "end", "*waited"),
        (_step(session, step) for step in chain),
    )


def _step(session: Session, step: promise_pb2.ChainStep) -> list[str]:
    operation = step.operation
    changeover = operation.visit_start_time.seconds < operation.start_time.seconds
    return [
        str(operation.line_no),
        operation.item_id,
        operation.operation_id,
        f"{operation.quantity:,}",
        operation.resource_id,
        operation.mould_id,
        operation.crew_id,
        session.words(operation, "visit_start_time") if changeover else "",
        session.words(operation, "start_time"),
        session.words(operation, "end_time"),
        reasons_in_words(step.waits),
    ]


def show_history(session: Session, entries: Iterable[promise_pb2.HistoryEntry]) -> None:
    """Print what happened to an order, the oldest first."""
    session.table(
        ("when", "what", "who", ">version", ">plan", "why", "*changed"),
        (
            [
                time_in_words(entry.event.event_time, session.zone),
                say(plan_pb2.EventKind.Name(entry.event.kind)),
                entry.event.actor,
                str(entry.version),
                str(entry.event.plan_version),
                reason_of_event(entry.event),
                changes_in_words(entry, session.zone),
            ]
            for entry in entries
        ),
    )


def reason_of_event(event: plan_pb2.Event) -> str:
    """Return why something happened, codes in words."""
    return say("reason.join").join(coded("refusal", each) for each in event.reason.split("; ") if each)


def _worth(day: plan_pb2.DayLoad) -> bool:
    return bool(day.working_duration.seconds or day.run_duration.seconds or day.downtime_duration.seconds)


def _day(session: Session, resource_id: str, day: plan_pb2.DayLoad) -> list[str]:
    working = day.working_duration.seconds
    taken = day.run_duration.seconds + day.changeover_duration.seconds
    durations = (day.working_duration, day.run_duration, day.changeover_duration, day.downtime_duration)
    return [
        resource_id,
        f"{local(day.day_time, session.zone):%Y-%m-%d}",
        *(duration_in_words(each) if each.seconds else "" for each in durations),
        f"{taken / working:.0%}" if working else "",
    ]
