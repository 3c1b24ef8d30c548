"""What is committed, as readers see it: orders, remembered requests, events."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from threading import Condition

from domain.disruptions import Disruption
from domain.errors import InvalidInput
from domain.promises import Event, Promise
from promising.documents import (
    Demand,
    demand_from_json,
    demand_of,
    promise_from_json,
)
from promising.history import HistoryEntry, entries_of
from promising.open_orders import OpenOrder, open_order, open_order_from_json
from promising.order_troubles import OrderTroubles
from promising.ports import PlantStore, RequestKey, RequestRecord, StandingOrder
from promising.quotas import Quotas
from promising.remembered import Remembered
from promising.requests import OrderFilter, is_at_risk
from promising.rule_counts import RuleCounts
from promising.takings import Takings

REQUESTS_KEPT = 100_000
EVENTS_KEPT = 10_000
PAGE_MAX = 1000
SCAN_MAX = 10_000
"""Orders looked at for one page; a filter that takes few gives short pages."""


class Book:
    """Orders and events in memory. Only the writer changes it, after the commit; any thread may read."""

    def __init__(self, store: PlantStore) -> None:
        self._store = store
        self._orders: dict[str, Promise | StandingOrder] = {}
        self._ids: list[str] = []
        self._customers: dict[str, list[str]] = {}
        self._requests: OrderedDict[RequestKey, RequestRecord] = OrderedDict()
        self.remembered = Remembered(store)
        """Which requests may be remembered."""
        self._at_risk: dict[str, None] = {}
        self._reviewed: dict[str, None] = {}
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._happened = Condition()
        self.last_event = 0
        self.rule_counts = RuleCounts()
        self.takings = Takings()
        """What orders have of promotions, those of the batch in the making included; the writer's alone."""
        self.quotas = Quotas()
        """What channels have of their quotas, likewise."""
        self.disruptions: dict[str, Disruption] = {}
        """All that were ever reported, in that order."""
        self.troubles = OrderTroubles()
        """Those of them that were reported of orders and are open."""

    def load(self, last_event: int, standing: Iterable[StandingOrder]) -> None:
        """Begin with the orders of the store; their documents are decoded when first needed."""
        orders: dict[str, Promise | StandingOrder] = {}
        customers: dict[str, list[str]] = {}
        for order in standing:
            orders[order.order_id] = order
            customers.setdefault(order.customer_id, []).append(order.order_id)
        self._orders, self._ids, self._customers = orders, list(orders), customers
        # Only what may be, so that not all are decoded.
        self._at_risk = {
            order_id: None
            for order_id, order in orders.items()
            if isinstance(order, StandingOrder) and ('"at_risk"' in order.text or '"cause":' in order.text)
        }
        self._reviewed = {
            order_id: None
            for order_id, order in orders.items()
            if isinstance(order, StandingOrder) and '"reviews":' in order.text
        }
        self._requests.clear()
        self.remembered.forget()
        with self._happened:
            self._events.clear()
            self.last_event = last_event
            self._happened.notify_all()

    def load_disruptions(self, stored: Iterable[Disruption]) -> None:
        """Know the disruptions of the store."""
        self.disruptions = {each.id: each for each in stored}
        self.troubles.load(self.disruptions.values())

    def know_disruptions(self, made: Iterable[Disruption]) -> None:
        """Know of disruptions that are new or changed, once that is committed."""
        for each in made:
            self.disruptions[each.id] = each
            self.troubles.know((each,))

    def frozen(self, order_ids: Iterable[str]) -> Book:
        """These orders as they stand now, for one who reads while the writer goes on."""
        made = Book(self._store)
        made._orders = {order_id: self._orders[order_id] for order_id in order_ids if order_id in self._orders}
        made._ids = list(made._orders)
        made.last_event = self.last_event
        return made

    def __len__(self) -> int:
        return len(self._ids)

    # Orders.

    def find(self, order_id: str) -> Promise | None:
        """The standing version of an order."""
        found = self._orders.get(order_id)
        if isinstance(found, StandingOrder):
            promise = promise_from_json(found.text)
            # Another thread may have published a newer version meanwhile; that one stays.
            if self._orders.get(order_id) is found:
                self._orders[order_id] = promise
            return promise
        return found

    def at_risk(self) -> list[str]:
        """Orders with a line that is expected after its promised time."""
        found = []
        for order_id in tuple(self._at_risk):
            promise = self.find(order_id)
            if promise is not None and any(map(is_at_risk, promise.lines)):
                found.append(order_id)
        return found

    def delivered(self) -> Iterator[Promise]:
        """Orders that may have been delivered with documents and attributes; only what may be is decoded."""
        for order_id in self._ids:
            found = self._orders[order_id]
            if isinstance(found, StandingOrder):
                text = found.text
                if '"fulfilled"' not in text or '"documents":' not in text or '"attributes":[]' in text:
                    continue
                found = promise_from_json(text)
            yield found

    def closed(self) -> Iterator[Promise]:
        """Orders with lines that were delivered; only what may be is decoded, and nothing of it is kept."""
        for order_id in list(self._ids):
            found = self._orders[order_id]
            if isinstance(found, StandingOrder):
                if '"fulfilled"' not in found.text:
                    continue
                found = promise_from_json(found.text)
            yield found

    def reviewed(self) -> list[Promise]:
        """Orders with a question that nobody accepted yet."""
        found = (self.find(order_id) for order_id in tuple(self._reviewed))
        return [promise for promise in found if promise is not None and _to_review(promise)]

    def orders_of(self, customer_id: str) -> frozenset[str]:
        """Ids of a customer's orders."""
        return frozenset(self._customers.get(customer_id, ()))

    def all(self) -> Iterator[Promise]:
        """The standing version of every order."""
        return (promise for order_id in list(self._ids) if (promise := self.find(order_id)) is not None)

    def version_of(self, order_id: str, version: int) -> Promise | None:
        """One version of an order, from the store when it isn't the standing one."""
        standing = self.find(order_id)
        if standing is not None and standing.version == version:
            return standing
        return self._store.promise_at(order_id, version)

    def history(self, order_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """What happened to an order behind the event `after`, oldest first, at most `limit` entries."""
        rows = self._store.history(order_id, after, self.last_event, limit)
        first = next((version for _, version, promise in rows if promise is not None), 1)
        # The version before tells what changed first.
        return entries_of(rows, self._store.promise_at(order_id, first - 1) if first > 1 else None)

    def demands(self, customer_id: str) -> Iterator[Demand]:
        """Open demands of a customer."""
        for order_id in self._customers.get(customer_id, ()):
            found = self._orders[order_id]
            demand = demand_from_json(found.text) if isinstance(found, StandingOrder) else demand_of(found)
            if demand is not None:
                yield demand

    def open_orders(self, customer_id: str) -> Iterator[OpenOrder]:
        """What stands of a customer's orders."""
        for order_id in self._customers.get(customer_id, ()):
            found = self._orders[order_id]
            still = open_order_from_json(found.text) if isinstance(found, StandingOrder) else open_order(found)
            if still is not None:
                yield still

    def count_quotas(self) -> None:
        """Count anew what channels have of their quotas: from what is committed, decoding only what may count."""
        channels = self.quotas.channels
        if channels is None:
            self.quotas.load(self.all())
            return
        texts = tuple(f'"channel":{json.dumps(channel, ensure_ascii=False)}' for channel in channels)
        self.quotas.load(self._naming(texts) if texts else ())

    def _naming(self, texts: Sequence[str]) -> Iterator[Promise]:
        """Orders in whose documents one of these stands."""
        for order_id in self._ids:
            found = self._orders[order_id]
            if not isinstance(found, StandingOrder) or any(text in found.text for text in texts):
                promise = self.find(order_id)
                assert promise is not None
                yield promise

    def page(self, size: int, token: str, which: OrderFilter) -> tuple[list[Promise], str]:
        """A page of orders by their first answer, and the token of the next one."""
        if token and not (token.isascii() and token.isdigit() and len(token) <= 12):
            raise InvalidInput.one("page_token", f"{token!r} is no page token", "the token of the last page")
        place = int(token or 0)
        found: list[Promise] = []
        ids = self._ids
        end = len(ids)
        scan_end = min(end, place + SCAN_MAX)
        while place < scan_end and len(found) < min(size, PAGE_MAX):
            promise = self.find(ids[place])
            if promise is not None and which.takes(promise):
                found.append(promise)
            place += 1
        return found, str(place) if place < end else ""

    # Requests; the writer's alone.

    def requests(self, keys: Sequence[RequestKey]) -> dict[RequestKey, RequestRecord]:
        """Remembered requests among `keys`, from memory or else the store."""
        found: dict[RequestKey, RequestRecord] = {}
        missing: list[RequestKey] = []
        for key in keys:
            record = self._requests.get(key)
            if record is not None:
                found[key] = record
            elif key in self.remembered:
                missing.append(key)
        if missing:
            found.update(self._store.requests(missing))
        return found

    # What the writer publishes.

    def publish(self, promises: Iterable[Promise], requests: Iterable[RequestRecord], events: Sequence[Event]) -> None:
        """Show what is committed now."""
        for promise in promises:
            order_id = promise.order.id
            if any(map(is_at_risk, promise.lines)):
                self._at_risk[order_id] = None
            else:
                self._at_risk.pop(order_id, None)
            if _to_review(promise):
                self._reviewed[order_id] = None
            else:
                self._reviewed.pop(order_id, None)
            if order_id not in self._orders:
                self._customers.setdefault(promise.order.customer_id, []).append(order_id)
                self._orders[order_id] = promise
                self._ids.append(order_id)
            else:
                self._orders[order_id] = promise
        for record in requests:
            self._requests[record.key] = record
        while len(self._requests) > REQUESTS_KEPT:
            self._requests.popitem(last=False)
        if events:
            with self._happened:
                self._events.extend(events)
                self.last_event = events[-1].sequence
                self._happened.notify_all()

    # Events.

    def events(self, after: int, limit: int) -> list[Event]:
        """Committed events above `after`, oldest first."""
        with self._happened:
            if after >= self.last_event or limit <= 0:
                return []
            if self._events and self._events[0].sequence <= after + 1:
                first = after + 1 - self._events[0].sequence
                return [self._events[i] for i in range(first, min(len(self._events), first + limit))]
            last = self.last_event
        # The store may be a commit ahead of what is shown.
        return [event for event in self._store.events(after, limit) if event.sequence <= last]

    def wait(self, after: int, timeout: float) -> None:
        """Return when there are events above `after`, or after `timeout` seconds."""
        with self._happened:
            self._happened.wait_for(lambda: self.last_event > after, timeout)


def _to_review(promise: Promise) -> bool:
    return any(not review.accepted for review in promise.reviews)
