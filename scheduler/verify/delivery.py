"""What is promised reaches the customer: the way of goods counted day by day, by the carrier's row alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.plant import Plant
from domain.trade import Carrier
from scheduler.snapshot import Told
from scheduler.verify.orders import there_s
from scheduler.verify.recipe import seconds_up
from scheduler.verify.review import Review
from scheduler.verify.rules import Breach, Rule

DAYS_MAX = 1500
"""Days looked at before a carrier counts as gone."""
DAY = timedelta(days=1)


def arrival(plant: Plant, carrier_id: str, region: str, packed_s: int) -> int | None:
    """When goods packed at a time arrive with a carrier, Unix seconds; None: never."""
    if not carrier_id:
        return packed_s
    rows = [row for row in plant.carriers if row.id == carrier_id and row.region in (region, "")]
    if not rows:
        return None
    row = max(rows, key=lambda row: row.region != "")
    day = datetime.fromtimestamp(packed_s, plant.zone).date()
    for _ in range(DAYS_MAX):
        cut_off_s = _moment(plant, day, row.cut_off)
        if cut_off_s >= packed_s and _works(plant, row, day) and not _stopped(plant, carrier_id, region, cut_off_s):
            return _after(plant, row, day, cut_off_s)
        day += DAY
    return None


def _stopped(plant: Plant, carrier_id: str, region: str, at_s: int) -> bool:
    """The carrier collects nothing for the region at that time."""
    at = datetime.fromtimestamp(at_s, UTC)
    return any(stop.meets(carrier_id, region) and stop.start <= at < stop.end for stop in plant.carrier_stops)


def _after(plant: Plant, row: Carrier, day: date, left_s: int) -> int | None:
    lead_s = seconds_up(row.lead)
    if not row.working or not lead_s:
        return left_s + lead_s
    begin_s = left_s
    for _ in range(DAYS_MAX):
        end_s = _moment(plant, day + DAY, time(0))
        if _works(plant, row, day):
            if end_s - begin_s >= lead_s:
                return begin_s + lead_s
            lead_s -= end_s - begin_s
        day, begin_s = day + DAY, end_s
    return None


def _works(plant: Plant, row: Carrier, day: date) -> bool:
    if not row.calendar_id:
        return day.weekday() in row.weekdays
    return bool(plant.calendar_by_id[row.calendar_id].windows(plant.zone, day, day))


def _moment(plant: Plant, day: date, clock: time) -> int:
    return int(datetime.combine(day, clock, plant.zone).astimezone(UTC).timestamp())


def late(plant: Plant, told: Iterable[Told], packed: Iterable[int]) -> Iterator[tuple[Told, int | None]]:
    """Lines that would arrive after their promise, packed at these times, with when they would.

    An order delivered complete leaves when the last of its lines is packed.
    """
    pairs = list(zip(told, packed, strict=True))
    last: dict[str, int] = defaultdict(int)
    for line, packed_s in pairs:
        if line.complete:
            last[line.order_id] = max(last[line.order_id], packed_s)
    for line, packed_s in pairs:
        there = arrival(plant, line.carrier_id, line.region, last[line.order_id] if line.complete else packed_s)
        if there is None or there > line.promised_s:
            yield line, there


def check_delivery(review: Review) -> Iterator[Breach]:
    """Every line that was told a date arrives by then, with its last operation, packing, cut-off and lead."""
    if not review.snapshot.told:
        return
    ends: dict[tuple[str, int], int] = defaultdict(int)
    keys: dict[tuple[str, int], list[int]] = defaultdict(list)
    for x in review.sound:
        number = (x.order_id, x.line_no)
        keys[number].append(x.key)
        if not x.into:
            ends[number] = max(ends[number], x.end_s + review.recipe.tails(x.routing_id)[x.operation_id])
    receipts = {receipt.id: receipt for receipt in review.plant.receipts}
    for row in review.snapshot.material:
        if not row.lot:
            number = (row.order_id, row.line_no)
            ends[number] = max(ends[number], there_s(row, receipts))
    told = [line for line in review.snapshot.told if (line.order_id, line.line_no) in ends]
    packed = [ends[line.order_id, line.line_no] + line.packing_s for line in told]
    for line, there in late(review.plant, told, packed):
        name = f"{line.order_id}/{line.line_no}"
        when = "never" if there is None else review.when(there)
        text = f"{name} arrives {when} with {line.carrier_id or 'nobody'}, promised for {review.when(line.promised_s)}"
        yield Breach(Rule.DELIVERY, tuple(keys[line.order_id, line.line_no]), (line.order_id, line.carrier_id), text)
