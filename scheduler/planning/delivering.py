"""The way from the end of the work to the customer: who brings it, when it arrives, and what is promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.checks import to_unix_down
from domain.orders import Order, OrderLine, ShipMode
from domain.plant import Plant
from domain.promises import Reason, ReasonKind
from scheduler.planning.buffering import Buffering, Margin, widest
from scheduler.planning.core import INF
from scheduler.planning.decision import Decision, reason_of
from scheduler.records import LineInfo
from scheduler.shipping import Service, Shipping, earliest, latest


class Date(NamedTuple):
    """What goods that are all packed by a time are promised for; without carriers they arrive when they are packed.

    `met` is True when the promise is a time that was asked for, which needs neither buffer nor grid. `buffer_s` is what
    the plan keeps behind the goods, of which such a promise may leave less.
    """

    packed_s: int
    collected_s: int
    earliest_s: int
    promised_s: int
    met: bool
    buffer_s: int
    service: Service | None = None
    margin: Margin | None = None
    """The line's own, of goods that go by themselves."""


class Delivering(Buffering):
    """The way from the end of the work to the customer: who brings it, when it arrives, and what is promised."""

    def __init__(self, plant: Plant, now_s: int) -> None:
        super().__init__(plant, now_s)
        self.shipping: Shipping | None = Shipping(plant) if plant.carriers else None

    def ship_as(self, plant: Plant) -> None:
        """Go by the carriers of a plant in which some stand still, or no longer do."""
        if plant.carrier_stops != self.plant.carrier_stops:
            self.shipping = Shipping(plant) if plant.carriers else None

    def packed_by(self, carrier_id: str, region: str, by_s: int) -> int:
        """Until when goods must be packed to arrive by a time with this carrier (none: on their own)."""
        service = self._service(carrier_id, region)
        return by_s if service is None else service.latest_packed(by_s)

    def until(self, order_id: str, line_no: int, by_s: int, carrier_id: str, region: str) -> int:
        """Until when a line's work may end so that it arrives by a time with this carrier. Raises KeyError."""
        for info in self._by_order.get(order_id, []):
            if info.line_no == line_no:
                return self.packed_by(carrier_id, region, by_s) - info.shipping_s
        raise KeyError((order_id, line_no))

    def delivered(self, carrier_id: str, region: str, packed_s: int) -> int:
        """When goods packed at a time arrive with this carrier (none: then)."""
        service = self._service(carrier_id, region)
        return packed_s if service is None else service.delivered(packed_s)

    def _service(self, carrier_id: str, region: str) -> Service | None:
        return self.shipping.by(carrier_id, region) if self.shipping is not None and carrier_id else None

    def _send(self, decision: Decision) -> None:
        """Note where an order goes, and who may bring it."""
        if self.shipping is not None:
            order = decision.order
            decision.region, carrier_id = self.plant.address(order.customer_id, order.region, order.carrier_id)
            decision.services = self.shipping.to(decision.region, carrier_id)

    def _asked_for(self, decision: Decision, line: OrderLine) -> int:
        """Until when a line must be packed to arrive by its requested time."""
        asked_s = to_unix_down(line.requested_time)
        return latest(decision.services, asked_s) if decision.services else asked_s

    def _wanted_s(self, decision: Decision, line: OrderLine, shipping_s: int) -> int:
        """The latest end that is on time; what is delivered complete goes by the first time that is asked for."""
        asked = self._asked_for(decision, line)
        if decision.order.ship is ShipMode.COMPLETE:
            asked = min(self._asked_for(decision, each) for each in (*decision.order.lines, *decision.beside))
        return asked - shipping_s

    def there_in_time(self, order: Order, line: OrderLine) -> int:
        """How much of a line stock and receipts give by its requested time."""
        decision = Decision(order, self.now_s, ())
        self._send(decision)
        until_s = self._wanted_s(decision, line, self._shipping_s[line.item_id])
        return sum(
            row.quantity for row in self._stock.by(line.item_id, line.quantity, order.priority, self.now_s, until_s)
        )

    def _date(
        self, services: Sequence[Service], packed_s: int, asked: Sequence[int], margins: Sequence[Margin]
    ) -> Date | None:
        """What is promised for goods packed at a time; nothing when nobody collects them any more.

        The first of the times asked for if all are met; else the goods' own date, or a time asked for that is sooner.
        """
        collected_s = earliest_s = packed_s
        service = None
        if not services and len(asked) == 1 and packed_s <= asked[0]:
            buffer_s = margins[0].seconds(packed_s - self.now_s)
            return Date(packed_s, packed_s, packed_s, asked[0], True, buffer_s, margin=margins[0])
        if services:
            earliest_s, service = earliest(services, packed_s)
            if earliest_s >= INF:
                return None
            collected_s = service.collected(packed_s)
        buffer_s = widest(margins, earliest_s - self.now_s)
        met = [asked_s for asked_s in asked if asked_s >= earliest_s]
        promised_s = min(met, default=INF)
        if len(met) < len(asked):
            promised_s = min(promised_s, self._round_up(earliest_s + buffer_s))
        own = margins[0] if len(margins) == 1 else None
        return Date(packed_s, collected_s, earliest_s, promised_s, promised_s in met, buffer_s, service, own)

    def _together(self, decision: Decision, ends: Sequence[int], start_s: int) -> Date | None:
        """The one date of an order that is delivered complete; nothing when a line of it can't be had."""
        standing = {info.line_no: info for info in self._by_order.get(decision.order.id, [])}
        there = [(info, end) for info, end in zip(decision.infos, ends, strict=True)]
        there += [(info, self._end(info)) for info in (standing[line.line_no] for line in decision.beside)]
        packed_s = max(end + info.shipping_s if end < INF else INF for info, end in there)
        lines = (*decision.order.lines, *decision.beside)
        asked = [to_unix_down(line.requested_time) for line in lines]
        if packed_s >= INF:
            return None
        return self._date(decision.services, packed_s, asked, [self._margin(info, start_s) for info, _ in there])

    def _way(self, info: LineInfo, end: int, date: Date) -> list[Reason]:
        """Shares of the lead time from the end of the work to the promise."""
        by = "" if date.service is None else date.service.carrier.id
        rest_s = date.promised_s - date.earliest_s
        buffer_s = 0 if date.met else date.buffer_s
        if date.promised_s == end and not buffer_s:
            return []
        shares = (
            (ReasonKind.SHIPPING, info.shipping_s, ""),
            (ReasonKind.TOGETHER, date.packed_s - end - info.shipping_s, ""),
            (ReasonKind.CUT_OFF, date.collected_s - date.packed_s, by),
            (ReasonKind.SHIPPING, date.earliest_s - date.collected_s, by),
            (ReasonKind.BUFFER, buffer_s, ""),
            (ReasonKind.NOT_EARLIER if date.met else ReasonKind.ROUNDING, rest_s - buffer_s, ""),
        )
        return [reason_of(kind, share_s, subject) for kind, share_s, subject in shares if share_s]

    def _deadline(self, info: LineInfo, end: int, packed_by_s: int, buffer_s: int | None = None) -> int:
        """What the plan must keep: the last time to be packed less packing and buffer, or the end where it is later.

        Without a buffer of its date it is that of what is left of the lead time.
        """
        if buffer_s is None:
            buffer_s = self._margin(info).seconds(end + info.shipping_s - self.now_s)
        return max(packed_by_s - info.shipping_s - buffer_s, end)

    def promisable(self, expected_s: int, item_id: str = "") -> int:
        """What is promised for a time at which goods are expected: with the buffer, on the promise grid.

        A learned buffer is that of the item's family (of the plant, where that is thin), behind the time from now on.
        """
        margin = self._plain
        if self._level and self.plant.calibration is not None:
            margin = self._learned(self.plant.calibration, item_id, "", None)
        return self._round_up(expected_s + margin.seconds(expected_s - self.now_s))

    def _round_up(self, at_s: int) -> int:
        if self._grid_s <= 1:
            return at_s
        offset = self.plant.zone.utcoffset(datetime.fromtimestamp(at_s, self.plant.zone))
        local = int(offset.total_seconds()) if offset is not None else 0
        return -(-(at_s + local) // self._grid_s) * self._grid_s - local
