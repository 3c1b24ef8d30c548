"""What the tests of options that cost more than a place have in common."""

from datetime import datetime, timedelta

from domain.options import Option, OptionKind
from domain.orders import Order
from domain.promises import LinePromise
from tests.promising.desks import MONDAY, Bench, ask


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def told(bench: Bench, asked: Order) -> LinePromise:
    """The first line of a quote, with its options."""
    return bench.desk.quote(ask(asked, options=True)).lines[0]


def of_kind(line: LinePromise, kind: OptionKind) -> Option | None:
    """The option of this kind, if the line has one."""
    return next((option for option in line.options if option.kind is kind), None)


def dates(bench: Bench, *names: str) -> list[tuple[datetime | None, datetime | None]]:
    """For when the first lines of orders are promised, and when they are expected."""
    lines = [bench.desk.get(name).lines[0] for name in names]
    return [(line.promised_time, line.expected_time) for line in lines]
