"""Tables of load and of moulds."""

from __future__ import annotations

from collections.abc import Iterable

from client.catalogue import say
from client.session import Session
from client.words import duration_in_words, local
from jiaoqi.v1 import plan_pb2


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
