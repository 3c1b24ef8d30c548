"""Feeds of single rows, each a transaction of its own: stock, receipts, customers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime

from domain.checks import from_unix, to_unix_down
from domain.disruptions import LOSSES, Disruption, DisruptionState
from domain.errors import DeskStopped, InvalidInput, RequestIdReused, WouldBreakReservations
from domain.plant import Plant
from domain.promises import EventKind
from domain.trade import CreditChange
from domain.values import asdict
from promising.batch import Batch
from promising.credit_history import credit_changes
from promising.documents import digest
from promising.feed_requests import Feed, FeedAnswer
from promising.feeding import Feeding
from promising.late import late_lines
from promising.plant_files.difference import describe_row
from promising.plant_files.fed import FED, SINCE, since_to_cells
from promising.plant_files.tables import CUSTOMERS, STOCK
from promising.plant_files.writer import row_of
from promising.ports import FeedRecord, PlantRow, RequestKey
from promising.purchases import missed
from promising.standing import NO_PLANT, Standing

DETAIL_MAX = 500
KNOWN = "the books know it"
"""Why a loss is over that a feed tells of."""


def digest_of(feed: Feed) -> bytes:
    """Digest of what a feed says. Raises InvalidInput for text that isn't Unicode."""
    document = asdict(feed)
    for name in ("request_id", "caller", "validate_only", "deadline"):
        del document[name]
    for customer in document["customers"]:
        # As it was before customers had carriers, so that a request of then is found again.
        if customer["carrier_id"] is None:
            del customer["carrier_id"]
    try:
        return digest("feed", json.dumps(document, sort_keys=True, ensure_ascii=False, default=datetime.isoformat))
    except UnicodeEncodeError as error:
        raise InvalidInput.one("feed", "holds text that isn't Unicode", "Unicode text") from error


class Feeds:
    """Made on the writer's thread, between batches, and in time that hangs on the rows and not on the plan.

    `follow` lets the holds go that have run out.
    """

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def apply(self, feed: Feed, content: bytes) -> FeedAnswer:
        """Check a feed as a whole, commit it, show it.

        Raises
        ------
        InvalidInput, RequestIdReused, WouldBreakReservations, DeskStopped
        """
        stands = self._stands
        key = RequestKey(feed.caller, feed.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(feed.request_id)
            return FeedAnswer(known.changes, True)
        if stands.book.requests([key]):
            raise RequestIdReused(feed.request_id)
        self._follow()
        plant, plan = stands.imported, stands.plan
        if plant is None or stands.plant is None:
            raise DeskStopped(NO_PLANT)
        feeding = Feeding(plant, stands.since, plan, self._now())
        fed = feeding.build(feed)
        supply = fed.on_hand is not plant.on_hand or fed.receipts is not plant.receipts
        if plan is not None and supply:
            laid = stands.fed(fed, known_by(feed, stands))
            broken = [
                *late_lines(plan, stands.book, stands.plant, laid, feeding.repegged),
                *missed(plan, stands.book, feeding.covered),
                *plan.overdrawn_by(laid, feeding.items(), feeding.repegged, feeding.taken),
            ]
            if broken:
                raise WouldBreakReservations(broken)
        _, changes = _rows(stands, feeding)
        if not feed.validate_only:
            self._commit(feed, FeedRecord(key, content, changes, int(stands.clock.unix())), fed, feeding)
        return FeedAnswer(changes, not feed.validate_only)

    def _commit(self, feed: Feed, record: FeedRecord, fed: Plant, feeding: Feeding) -> None:
        stands = self._stands
        now_s = stands.plant_clock.now_s() if stands.plant_clock.ready else record.created_s
        batch = Batch(stands.book, from_unix(now_s), record.created_s)
        batch.writing.feeds = [record]
        actor, closed = f"{feed.caller} {feed.request_id}".strip(), known_by(feed, stands)
        for each in closed:
            batch.note(
                EventKind.DISRUPTION_CLOSED, actor, reason=KNOWN, detail=f"{each.id} {each.kind} {each.subject_id}"
            )
        batch.writing.disruptions += closed
        store_feed(stands, batch, fed, feeding, actor)
        batch.publish()

    def _now(self) -> datetime | None:
        clock = self._stands.plant_clock
        return from_unix(clock.now_s()) if clock.ready else None


def store_feed(stands: Standing, batch: Batch, fed: Plant, feeding: Feeding, actor: str, order_id: str = "") -> None:
    """Take over the plant that a feed makes, into the plan and the store; `batch` has all else that is committed.

    `fed` is the imported plant after the feed, without the disruptions. `order_id` is an order that leaves the plan in
    the same commit.
    """
    closed = batch.writing.disruptions
    plan, laid = stands.plan, stands.fed(fed, closed)
    rows, changes = _rows(stands, feeding)
    supply = bool(feeding.moves) or any(row.file != CUSTOMERS.name for row in rows)
    if plan is not None and supply:
        # What an order held that leaves with the same commit is free already.
        plan.replace_supply(laid, feeding.items(), {} if order_id else feeding.repegged, feeding.taken)
    if plan is not None and (supply or order_id):
        batch.writing.delta = plan.take_delta()
    if rows or feeding.moves:
        version = 0 if plan is None else plan.version
        batch.note(EventKind.PLANT_FED, actor, order_id, plan_version=version, detail=_in_short(changes))
    batch.writing.plant_rows = rows
    batch.writing.credit_changes = _credit(feeding, batch.now)
    stands.store.commit(batch.writing)
    stands.credit.add(batch.writing.credit_changes)
    since = {item: row for item, row in feeding.since.items() if row is not None}
    stands.feed(fed, laid, since, _added(rows), closed)


def known_by(feed: Feed, stands: Standing) -> list[Disruption]:
    """Losses that are in the books from this feed on, closed: their receipt got a quantity, their item was counted."""
    receipts = {change.id for change in feed.receipts if change.quantity is not None}
    counted = {row.item_id: row.as_of for row in feed.stock}
    imported = set() if stands.imported is None else {row.id for row in stands.imported.receipts}
    found = []
    for each in stands.disruptions.values():
        if each.kind not in LOSSES or each.state is not DisruptionState.OPEN:
            continue
        if each.subject_id in imported:
            known = each.subject_id in receipts
        else:
            known = each.subject_id in counted and counted[each.subject_id] > each.start
        if known:
            found.append(each.over(from_unix(max(stands.plant_clock.floor_s, to_unix_down(each.start)))))
    return found


def _rows(stands: Standing, feeding: Feeding) -> tuple[list[PlantRow], tuple[str, ...]]:
    """The rows to store, and the changes in words."""
    stored: list[PlantRow] = []
    said: list[str] = []
    place, zone = stands.rows_fed, feeding.plant.zone
    for name, keys in feeding.touched.items():
        table = FED[name]
        for key in keys:
            old, new = feeding.before(name).get(key), feeding.after(name).get(key)
            if old == new:
                continue
            was = None if old is None else row_of(table, old, zone)
            cells = None if new is None else row_of(table, new, zone)
            stored.append(PlantRow(table.name, key, cells, place if old is None else None))
            place += old is None
            said.append(describe_row(table, key, was, cells))
    for item in feeding.touched[STOCK.name]:
        since = feeding.since.get(item)
        if since != stands.since.get(item):
            stored.append(PlantRow(SINCE, item, None if since is None else since_to_cells(since)))
    return stored, (*said, *feeding.moves)


def _credit(feeding: Feeding, now: datetime) -> list[CreditChange]:
    """What changed of customers' limits and grades."""
    name = CUSTOMERS.name
    if not feeding.touched[name]:
        return []
    after = (feeding.after(name).get(key) for key in feeding.touched[name])
    return credit_changes(feeding.before(name), (each for each in after if each is not None), to_unix_down(now))


def _added(rows: list[PlantRow]) -> int:
    return sum(row.place is not None for row in rows)


def _in_short(changes: Iterable[str]) -> str:
    """As many changes as an event has room for."""
    said = list(changes)
    text = "; ".join(said)
    return text if len(text) <= DETAIL_MAX else f"{text[: DETAIL_MAX - 24]}… ({len(said)} changes)"
