"""The plant: the aggregate in which all references are checked once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from domain.calendars import Calendar, Downtime
from domain.calibration import LEVELS, BufferPolicy, Calibration
from domain.checks import check_duration, check_id, check_range
from domain.documents import SubjectDocument
from domain.errors import InvalidInput, Violation
from domain.floors import Floor
from domain.items import BomRow, Item, Mode, Routing, Substitute
from domain.quotas import Quota
from domain.resources import ChangeoverClass, Mould, Resource, ResourceKind
from domain.supply import OnHand, Receipt, SupplyStop
from domain.trade import Carrier, CarrierStop, Channel, CostRate, Customer


class ClockMode(StrEnum):
    """Where "now" comes from."""

    SYSTEM = "system"
    OFFSET = "offset"
    """The system clock plus a stored offset."""
    MANUAL = "manual"
    """Set by requests; never runs by itself and never back."""


MOST_TOLERATED_FEN = 100_000
"""A discount that is off by more than a thousand yuan has to be looked at."""


class PlantSettings(Struct, frozen=True):
    """The plant's own figures (`plant.toml`).

    `frozen_zone`: from now, only with `allow_frozen`; `release_lead`: the least time between decision and
    start;
    `buffer`: added on purpose to a later date, by `buffer_policy`; `buffer_level_percent`: of how many lines the
    learned one is to be enough for; `promise_grid`: later dates round up to it (0: seconds);
    `earliness_limit`: no work starts earlier than this before the requested time (None: no limit);
    `horizon`: span planned after now; `receipt_confidence_percent`: receipts below do not count;
    `discount_tolerance_fen`: by how much a discount may differ from the one that is due before the payment is held.
    """

    id: str
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    clock: ClockMode = ClockMode.SYSTEM
    frozen_zone: timedelta = timedelta(0)
    release_lead: timedelta = timedelta(0)
    buffer: timedelta = timedelta(0)
    promise_grid: timedelta = timedelta(0)
    earliness_limit: timedelta | None = None
    horizon: timedelta = timedelta(days=400)
    receipt_confidence_percent: int = 0
    buffer_policy: BufferPolicy = BufferPolicy.FIXED
    buffer_level_percent: int = 80
    discount_tolerance_fen: int = 500

    def __post_init__(self) -> None:
        check_id("id", self.id)
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidInput.one("zone", f"{self.zone!r} is not a time zone", "a name like Asia/Shanghai") from error
        if len(self.currency) != 3 or not self.currency.isupper():
            raise InvalidInput.one("currency", f"{self.currency!r} is not a currency", "three capitals, CNY")
        for name in ("frozen_zone", "release_lead", "buffer"):
            check_duration(name, getattr(self, name), timedelta(days=365))
        check_duration("promise_grid", self.promise_grid, timedelta(days=7))
        if self.earliness_limit is not None:
            check_duration("earliness_limit", self.earliness_limit)
        check_duration("horizon", self.horizon, timedelta(days=1500))
        if self.horizon < timedelta(days=1):
            raise InvalidInput.one("horizon", f"{self.horizon} is out of range", "1 to 1500 days")
        if self.buffer_level_percent not in LEVELS:
            problem = f"{self.buffer_level_percent} is not a level that is learned"
            raise InvalidInput.one("buffer_level_percent", problem, ", ".join(map(str, LEVELS)))
        check_range("receipt_confidence_percent", self.receipt_confidence_percent, 0, 100)
        check_range("discount_tolerance_fen", self.discount_tolerance_fen, 0, MOST_TOLERATED_FEN)


@dataclass(frozen=True)
class Plant:
    """Everything a plant is, as imported or as disruptions leave it.

    Lists keep the order of the files; ids are unique per list.
    """

    settings: PlantSettings
    calendars: tuple[Calendar, ...] = ()
    resources: tuple[Resource, ...] = ()
    moulds: tuple[Mould, ...] = ()
    changeovers: tuple[ChangeoverClass, ...] = ()
    items: tuple[Item, ...] = ()
    routings: tuple[Routing, ...] = ()
    downtimes: tuple[Downtime, ...] = ()
    bom: tuple[BomRow, ...] = ()
    on_hand: tuple[OnHand, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    customers: tuple[Customer, ...] = ()
    channels: tuple[Channel, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    cost_rates: tuple[CostRate, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    documents: tuple[SubjectDocument, ...] = ()
    quotas: tuple[Quota, ...] = ()
    carrier_stops: tuple[CarrierStop, ...] = ()
    """Laid over what was imported, as are the next."""
    supply_stops: tuple[SupplyStop, ...] = ()
    floors: tuple[Floor, ...] = ()
    calibration: Calibration | None = field(default=None, compare=False)
    """What was learned of its executed work; not in its files, and no part of what a plant is compared by."""

    def __post_init__(self) -> None:
        violations = list(self._violations())
        if violations:
            raise InvalidInput(violations)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.settings.zone)

    @cached_property
    def calendar_by_id(self) -> dict[str, Calendar]:
        return {calendar.id: calendar for calendar in self.calendars}

    @cached_property
    def resource_by_id(self) -> dict[str, Resource]:
        return {resource.id: resource for resource in self.resources}

    @cached_property
    def mould_by_id(self) -> dict[str, Mould]:
        return {mould.id: mould for mould in self.moulds}

    @cached_property
    def changeover_by_id(self) -> dict[str, ChangeoverClass]:
        return {changeover.id: changeover for changeover in self.changeovers}

    @cached_property
    def item_by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def routing_by_id(self) -> dict[str, Routing]:
        return {routing.id: routing for routing in self.routings}

    @cached_property
    def customer_by_id(self) -> dict[str, Customer]:
        return {customer.id: customer for customer in self.customers}

    @cached_property
    def carrier_by_id(self) -> dict[str, dict[str, Carrier]]:
        """What each carrier does, by region."""
        found: dict[str, dict[str, Carrier]] = {}
        for row in self.carriers:
            found.setdefault(row.id, {})[row.region] = row
        return found

    def carriers_to(self, region: str, carrier_id: str = "") -> tuple[Carrier, ...]:
        """What brings goods to a region, by carrier id: of the carrier named, or (empty) of all."""
        named = self.carrier_by_id.items() if not carrier_id else [(carrier_id, self.carrier_by_id.get(carrier_id, {}))]
        rows = (regions.get(region) or regions.get("") for _, regions in sorted(named))
        return tuple(row for row in rows if row is not None)

    def address(self, customer_id: str, region: str, carrier_id: str) -> tuple[str, str]:
        """Region and carrier of an order that names these (empty: as the customer has it)."""
        customer = self.customer_by_id.get(customer_id)
        if customer is None or not self.carriers:
            return region, carrier_id
        region = region or customer.region
        if not carrier_id and self.carriers_to(region, customer.carrier_id):
            carrier_id = customer.carrier_id
        return region, carrier_id

    def carrier_violations(self, region: str, carrier_id: str) -> Iterator[Violation]:
        """What is wrong with a region and a carrier (fields `region` and `carrier_id`) in a plant that knows carriers.

        Without a region goods may go to a customer as they do without carriers.
        """
        if not self.carriers and not carrier_id:
            return
        regions = {row.region: None for row in self.carriers if carrier_id in ("", row.id)}
        if carrier_id and carrier_id not in self.carrier_by_id:
            yield Violation("carrier_id", f"no carrier {carrier_id!r}", _listed(self.carrier_by_id))
        elif region and not self.carriers_to(region):
            yield Violation("region", f"no carrier goes to {region!r}", _listed(regions))
        elif carrier_id and not region and "" not in regions:
            yield Violation("region", f"is missing, and {carrier_id!r} does not go everywhere", _listed(regions))
        elif carrier_id and not self.carriers_to(region, carrier_id):
            problem = f"{carrier_id!r} does not go to {region!r}"
            yield Violation("carrier_id", problem, _listed(row.id for row in self.carriers_to(region)))

    def with_supply(
        self,
        on_hand: tuple[OnHand, ...] | None = None,
        receipts: tuple[Receipt, ...] | None = None,
        customers: tuple[Customer, ...] | None = None,
        stops: tuple[SupplyStop, ...] | None = None,
    ) -> Plant:
        """Return the plant with other stock, receipts, customers, stops (None: the same), whose references are checked.

        Everything else is shared: a feed of one row must not cost a look at the whole plant.
        """
        fed = copy(self)
        rows = {"on_hand": on_hand, "receipts": receipts, "customers": customers, "supply_stops": stops}
        for name, value in rows.items():
            if value is not None:
                object.__setattr__(fed, name, value)
        fed.__dict__.pop("customer_by_id", None)
        return fed

    def calibrated(self, calibration: Calibration | None) -> Plant:
        """The same plant with what was learned of its executed work."""
        if calibration is self.calibration:
            return self
        made = copy(self)
        object.__setattr__(made, "calibration", calibration)
        return made

    def _violations(self) -> Iterator[Violation]:
        lists: dict[str, tuple[Any, ...]] = {
            "calendars": self.calendars, "resources": self.resources, "moulds": self.moulds,
            "changeovers": self.changeovers, "items": self.items, "routings": self.routings,
            "receipts": self.receipts, "customers": self.customers, "channels": self.channels,
            "quotas": self.quotas, "floors": self.floors,
        }  # fmt: skip
        for name, rows in lists.items():
            seen: set[str] = set()
            for index, row in enumerate(rows):
                if row.id in seen:
                    yield Violation(f"{name}[{index}].id", f"{row.id!r} stands twice", "unique ids")
                seen.add(row.id)
        shared = {r.id for r in self.resources} & {m.id for m in self.moulds}
        for name in sorted(shared):
            yield Violation("moulds.id", f"{name!r} is a resource too", "ids that are not resources")
        yield from self._reference_violations()

    def _reference_violations(self) -> Iterator[Violation]:
        calendars, resources = set(self.calendar_by_id), self.resource_by_id

        def known(
            field_name: str, value: str, names: Container[str], kind: str, empty: bool = False
        ) -> Iterator[Violation]:
            if (value or not empty) and value not in names:
                yield Violation(field_name, f"no {kind} {value!r}", f"the id of a {kind}")

        for i, r in enumerate(self.resources):
            yield from known(f"resources[{i}].calendar_id", r.calendar_id, calendars, "calendar")
            yield from known(f"resources[{i}].changeover_class", r.changeover_class, self.changeover_by_id, "changeover class", True)  # fmt: skip  # noqa: E501
        for i, c in enumerate(self.changeovers):
            yield from known(f"changeovers[{i}].setter_id", c.setter_id, resources, "resource", True)
            if c.setter_id in resources and resources[c.setter_id].kind is not ResourceKind.SETTER:
                yield Violation(f"changeovers[{i}].setter_id", f"{c.setter_id!r} is no setter crew", "kind setter")
        for i, m in enumerate(self.moulds):
            yield from known(f"moulds[{i}].calendar_id", m.calendar_id, calendars, "calendar", True)
            for name in m.fits:
                yield from known(f"moulds[{i}].fits", name, resources, "resource")
                if name in resources and resources[name].capacity > 1:
                    yield Violation(f"moulds[{i}].fits", f"{name!r} has capacity > 1", "resources of capacity 1")
            if m.mounted_on and m.mounted_on not in m.fits:
                yield Violation(f"moulds[{i}].mounted_on", f"{m.mounted_on!r} is not fitted", ", ".join(m.fits))
        mounted: dict[str, str] = {}
        for i, m in enumerate(self.moulds):
            if m.mounted_on and mounted.setdefault(m.mounted_on, m.id) != m.id:
                yield Violation(f"moulds[{i}].mounted_on", f"{m.mounted_on!r} holds {mounted[m.mounted_on]!r}", "a free machine")  # fmt: skip  # noqa: E501
        for i, item in enumerate(self.items):
            yield from known(f"items[{i}].routing_id", item.routing_id, self.routing_by_id, "routing", True)
        for i, routing in enumerate(self.routings):
            for operation in routing.operations:
                for mode in operation.modes:
                    yield from self._mode_violations(f"routings[{i}].{operation.id}.{mode.id}", mode)
        for i, downtime in enumerate(self.downtimes):
            if downtime.subject_id not in resources and downtime.subject_id not in self.mould_by_id:
                yield Violation(f"downtimes[{i}].subject_id", f"no resource or mould {downtime.subject_id!r}", "an id")
        for i, row in enumerate(self.bom):
            yield from known(f"bom[{i}].item_id", row.item_id, self.item_by_id, "item")
            yield from known(f"bom[{i}].component_id", row.component_id, self.item_by_id, "item")
            yield from self._consumer_violations(f"bom[{i}].operation_id", row)
        for i, substitute in enumerate(self.substitutes):
            yield from self._substitute_violations(f"substitutes[{i}]", substitute)
        circles = _circles(self.bom)
        for i, row in enumerate(self.bom):
            if row.item_id in circles:
                text = f"{row.item_id!r} goes into itself, by way of {row.component_id!r}"
                yield Violation(f"bom[{i}].component_id", text, "a bill of material without circles")
        for i, stock in enumerate(self.on_hand):
            yield from known(f"on_hand[{i}].item_id", stock.item_id, self.item_by_id, "item")
        for i, receipt in enumerate(self.receipts):
            yield from known(f"receipts[{i}].item_id", receipt.item_id, self.item_by_id, "item")
        channels = {channel.id for channel in self.channels}
        places = {*resources, *(resource.work_centre for resource in self.resources)}
        for i, quota in enumerate(self.quotas):
            yield from known(f"quotas[{i}].channel_id", quota.channel_id, channels, "channel")
        limits = [(f"quotas[{i}]", quota.resource_id, quota.item_id) for i, quota in enumerate(self.quotas)]
        limits += [(f"floors[{i}]", floor.resource_id, floor.item_id) for i, floor in enumerate(self.floors)]
        for path, resource_id, item_id in limits:
            yield from known(f"{path}.resource_id", resource_id, places, "resource or work centre", True)
            yield from known(f"{path}.item_id", item_id, self.item_by_id, "item", True)
        rows: set[tuple[str, str]] = set()
        for i, carrier in enumerate(self.carriers):
            yield from known(f"carriers[{i}].calendar_id", carrier.calendar_id, calendars, "calendar", True)
            if (carrier.id, carrier.region) in rows:
                yield Violation(f"carriers[{i}].region", f"{carrier.id!r} stands twice for {carrier.region!r}", "once")
            rows.add((carrier.id, carrier.region))
        for i, customer in enumerate(self.customers):
            for found in self.carrier_violations(customer.region, customer.carrier_id):
                yield Violation(f"customers[{i}].{found.field}", found.problem, found.allowed)

    def _consumer_violations(self, path: str, row: BomRow) -> Iterator[Violation]:
        item = self.item_by_id.get(row.item_id)
        routing = self.routing_by_id.get(item.routing_id) if item is not None else None
        if row.operation_id:
            placed = [step.id for step in routing.operations if step.modes] if routing is not None else []
            if row.operation_id not in placed:
                text = f"{row.item_id!r} has no operation {row.operation_id!r} with a mode"
                yield Violation(path, text, ", ".join(placed) or "empty")

    def _substitute_violations(self, path: str, row: Substitute) -> Iterator[Violation]:
        for name in ("item_id", "substitute_id", "goes_into_id"):
            value = getattr(row, name)
            if value not in self.item_by_id and (value or name != "goes_into_id"):
                yield Violation(f"{path}.{name}", f"no item {value!r}", "the id of an item")
        if row.customer_id and self.customers and row.customer_id not in self.customer_by_id:
            yield Violation(f"{path}.customer_id", f"no customer {row.customer_id!r}", "the id of a customer")

    def is_outside(self, mode: Mode) -> bool:
        """The mode is work by another firm."""
        return self.resource_by_id[mode.resource_id].kind is ResourceKind.OUTSIDE

    def _mode_violations(self, path: str, mode: Mode) -> Iterator[Violation]:
        resource = self.resource_by_id.get(mode.resource_id)
        if resource is None or resource.kind is ResourceKind.SETTER:
            yield Violation(f"{path}.resource_id", f"no machine, line or crew {mode.resource_id!r}", "a resource id")
        elif mode.resource_units > resource.capacity:
            yield Violation(f"{path}.resource_units", f"{mode.resource_units} of {resource.capacity}", "its capacity")
        if mode.mould_id:
            mould = self.mould_by_id.get(mode.mould_id)
            if mould is None:
                yield Violation(f"{path}.mould_id", f"no mould {mode.mould_id!r}", "the id of a mould")
            elif mode.resource_id not in mould.fits:
                yield Violation(f"{path}.resource_id", f"{mode.mould_id!r} does not fit {mode.resource_id!r}", ", ".join(mould.fits))  # fmt: skip  # noqa: E501
        if mode.crew_id:
            crew = self.resource_by_id.get(mode.crew_id)
            if crew is None or crew.kind is not ResourceKind.CREW:
                yield Violation(f"{path}.crew_id", f"no crew {mode.crew_id!r}", "a resource of kind crew")
            elif mode.crew_units > crew.capacity:
                yield Violation(f"{path}.crew_units", f"{mode.crew_units} of {crew.capacity}", "its capacity")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:20])


def _circles(bom: tuple[BomRow, ...]) -> frozenset[str]:
    """Items that go into themselves, by way of whatever."""
    parts: dict[str, set[str]] = {}
    for row in bom:
        parts.setdefault(row.item_id, set()).add(row.component_id)
    found = set()
    for item_id in parts:
        reached: set[str] = set()
        waiting = [item_id]
        while waiting:
            for part in parts.get(waiting.pop(), ()):
                if part not in reached:
                    reached.add(part)
                    waiting.append(part)
        if item_id in reached:
            found.add(item_id)
    return frozenset(found)
