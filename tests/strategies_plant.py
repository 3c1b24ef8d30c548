"""Strategies for whole plants: every noun of the files, with references that hold."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from domain.calendars import Calendar, CalendarDay, DayKind, Downtime, Holidays, Shift
from domain.calibration import LEVELS, BufferPolicy
from domain.documents import Document, SubjectDocument
from domain.floors import Floor
from domain.items import (
    BomRow,
    Item,
    Mode,
    Pause,
    Routing,
    RoutingLink,
    RoutingOperation,
    Sourcing,
    Substitute,
    Use,
)
from domain.plant import ClockMode, Plant, PlantSettings
from domain.quotas import Quota
from domain.resources import (
    ChangeoverClass,
    ChangeoverPart,
    ChangeoverRow,
    Combine,
    Mould,
    Resource,
    ResourceKind,
)
from domain.supply import OnHand, Receipt
from domain.trade import Carrier, Channel, CostRate, Customer

ZONES = (
    "Asia/Shanghai",
    "Asia/Ho_Chi_Minh",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
)

letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
texts = st.text(letters, max_size=12).map(str.strip)
ids = (
    # Most of Unicode can't be printed: drawn and thrown away it would take as long as all the rest.
    st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" ", exclude_characters=";"),
        min_size=1,
        max_size=10,
    )
    .map(str.strip)
    .filter(lambda text: text not in ("", "*"))
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
durations = st.one_of(
    st.sampled_from([timedelta(0), timedelta(minutes=30), timedelta(hours=8), timedelta(days=2)]),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
clocks = st.times().map(lambda at: at.replace(microsecond=0))
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
money = st.integers(0, 10**12)
quantities = st.integers(1, 10**6)


def id_lists(low=0, high=4):
    return st.lists(ids, min_size=low, max_size=high, unique=True)


def chosen(names, empty=True):
    """One of the names, or no name."""
    return st.sampled_from([*([""] if empty or not names else []), *names])


@st.composite
def calendar_days(draw):
    kind, day = draw(st.sampled_from(DayKind)), draw(st.dates(date(2000, 1, 1), date(2099, 1, 1)))
    if kind is DayKind.OVERTIME:
        return CalendarDay(day, kind, draw(clocks), draw(clocks), note=draw(texts))
    return CalendarDay(day, kind, as_weekday=draw(st.integers(0, 6)) if kind is DayKind.WORK else 0)


@st.composite
def calendars(draw, id_):
    shifts = draw(st.lists(st.builds(Shift, weekdays, clocks, clocks), max_size=3, unique=True))
    days = draw(st.lists(calendar_days(), max_size=3, unique_by=lambda day: (day.day, day.kind, day.start)))
    return Calendar(id_, tuple(shifts), tuple(days), draw(st.sampled_from(Holidays)))


@st.composite
def resources(draw, id_, kind, calendar_ids, class_ids):
    capacity = draw(st.integers(1, 3)) if kind in (ResourceKind.CREW, ResourceKind.SETTER) else 1
    return Resource(
        id_, kind, draw(texts), draw(texts), capacity, draw(chosen(calendar_ids, empty=False)),
        draw(chosen(class_ids)) if capacity == 1 else "", draw(st.none() | moments), draw(st.none() | moments),
        draw(texts), draw(texts), draw(money), draw(money),
    )  # fmt: skip


@st.composite
def moulds(draw, id_, machine_ids, calendar_ids, free):
    fits = draw(st.lists(st.sampled_from(machine_ids), min_size=1, max_size=3, unique=True))
    mounted = draw(chosen([name for name in fits if name in free]))
    free.discard(mounted)
    every = draw(st.integers(0, 10**6))
    return Mould(
        id_, tuple(fits), draw(st.integers(1, 64)), draw(st.timedeltas(timedelta(0), timedelta(hours=1))),
        draw(texts), draw(chosen(calendar_ids)), every, draw(durations), draw(st.integers(0, every)), mounted,
    )  # fmt: skip


@st.composite
def changeover_rows(draw, mould_ids):
    part = draw(st.sampled_from(ChangeoverPart))
    groups = st.sampled_from(["*", *mould_ids])
    if part in (ChangeoverPart.COLOUR, ChangeoverPart.MATERIAL):
        groups = texts.filter(bool)
    return ChangeoverRow(part, draw(groups), draw(groups), draw(durations))


@st.composite
def classes(draw, id_, setter_ids, mould_ids):
    rows = st.lists(
        changeover_rows(mould_ids), max_size=3, unique_by=lambda row: (row.part, row.from_group, row.to_group)
    )
    return ChangeoverClass(id_, draw(chosen(setter_ids)), draw(st.sampled_from(Combine)), tuple(draw(rows)))


@st.composite
def modes(draw, id_, machines, crews, mould_list):
    mould = draw(st.sampled_from([None, *mould_list]))
    resource = draw(st.sampled_from(mould.fits if mould else [machine.id for machine in machines]))
    crew = draw(st.sampled_from([None, *crews]))
    return Mode(
        id_, resource, 1, mould.id if mould else "", crew.id if crew else "",
        draw(st.integers(1, crew.capacity)) if crew else 1, draw(durations),
        timedelta(0) if mould else draw(durations), draw(st.decimals("0.01", 1, places=6)),
        draw(st.sampled_from(Pause)), draw(st.timedeltas(timedelta(0), timedelta(hours=8))),
    )  # fmt: skip


@st.composite
def routings(draw, id_, machines, crews, mould_list):
    operations = []
    for name in draw(id_lists(1, 4)):
        mode_ids = draw(id_lists(0, 2)) if machines else []
        found = [draw(modes(mode, machines, crews, mould_list)) for mode in mode_ids]
        operations.append(RoutingOperation(name, draw(texts), tuple(found), draw(durations)))
    pairs = [(a.id, b.id) for i, a in enumerate(operations) for b in operations[i + 1 :]]
    links = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    return Routing(
        id_,
        tuple(operations),
        tuple(RoutingLink(*link, draw(durations), draw(st.booleans())) for link in links),
    )


@st.composite
def items(draw, id_, routing_ids):
    sourcing = draw(st.sampled_from(Sourcing if routing_ids else (Sourcing.BUY, Sourcing.STOCK)))
    return Item(
        id_, draw(texts), draw(texts), sourcing, draw(chosen(routing_ids, sourcing is not Sourcing.MAKE)),
        draw(texts.filter(bool)), draw(quantities), draw(quantities), draw(texts), draw(texts), draw(money),
        draw(money), draw(quantities), draw(durations), draw(durations),
    )  # fmt: skip


@st.composite
def downtimes(draw, subject_ids):
    start = draw(moments)
    length = draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=20)))
    return Downtime(draw(st.sampled_from(subject_ids)), start, start + length, draw(texts), draw(st.booleans()))


settings = st.builds(
    PlantSettings,
    ids,
    st.sampled_from(ZONES),
    st.sampled_from(["CNY", "VND", "EUR"]),
    st.sampled_from(ClockMode),
    durations,
    durations,
    durations,
    st.timedeltas(timedelta(0), timedelta(days=7)),
    st.none() | durations,
    st.timedeltas(timedelta(days=1), timedelta(days=1500)),
    st.integers(0, 100),
    st.sampled_from(BufferPolicy),
    st.sampled_from(LEVELS),
)


@st.composite
def carriers(draw, id_, region, calendar_ids):
    calendar_id = draw(st.sampled_from(["", *calendar_ids]))
    days = frozenset() if calendar_id else draw(weekdays)
    return Carrier(id_, region, draw(durations), draw(clocks), days, calendar_id, draw(st.booleans()))


@st.composite
def customers(draw, id_, carrier_list):
    region, carrier_id = draw(texts), ""
    if carrier_list:
        region = draw(st.sampled_from(["", *(carrier.region for carrier in carrier_list)]))
        carrier_id = draw(st.sampled_from(["", *(c.id for c in carrier_list if c.region in (region, ""))]))
    return Customer(
        id_, draw(texts), region, draw(texts), draw(money), draw(st.integers(-(10**9), 10**9)),
        draw(st.integers(0, 99)), draw(st.integers(0, 99)), carrier_id,
    )  # fmt: skip


@st.composite
def plants(draw):
    calendar_list = [draw(calendars(id_)) for id_ in draw(id_lists(1, 3))]
    calendar_ids = [calendar.id for calendar in calendar_list]
    names = draw(id_lists(0, 10))
    mould_ids = [names.pop() for _ in range(len(names) // 3)]
    class_ids = draw(id_lists(0, 2))
    kinds = [draw(st.sampled_from(ResourceKind)) for _ in names]
    resource_list = [
        draw(resources(name, kind, calendar_ids, class_ids)) for name, kind in zip(names, kinds, strict=True)
    ]
    of_kind = {kind: [r for r in resource_list if r.kind is kind] for kind in ResourceKind}
    machines = of_kind[ResourceKind.MACHINE] + of_kind[ResourceKind.LINE]
    machine_ids, free = [machine.id for machine in machines], {machine.id for machine in machines}
    mould_list = [draw(moulds(id_, machine_ids, calendar_ids, free)) for id_ in mould_ids if machine_ids]
    made_ids = [mould.id for mould in mould_list]
    setter_ids = [setter.id for setter in of_kind[ResourceKind.SETTER]]
    routing_list = [
        draw(routings(id_, machines, of_kind[ResourceKind.CREW], mould_list)) for id_ in draw(id_lists(0, 3))
    ]
    item_ids = draw(id_lists(0, 4))
    # Nothing goes into itself: an item's parts come after it.
    pairs = [(a, b) for i, a in enumerate(item_ids) for b in item_ids[i + 1 :]]
    item_list = tuple(draw(items(id_, [routing.id for routing in routing_list])) for id_ in item_ids)
    placed = {
        routing.id: [step.id for step in routing.operations if step.modes] for routing in routing_list
    }  # fmt: skip
    steps = {item.id: placed.get(item.routing_id, []) for item in item_list}
    customer_ids, channel_ids = draw(id_lists(0, 2)), draw(id_lists(0, 2))
    subjects = [*names, *made_ids]
    worked = [calendar.id for calendar in calendar_list if calendar.shifts]
    carrier_list = [
        draw(carriers(id_, region, worked))
        for id_ in draw(id_lists(0, 2))
        for region in draw(st.lists(texts, min_size=1, max_size=2, unique=True))
    ]
    return Plant(
        draw(settings),
        tuple(calendar_list),
        tuple(resource_list),
        tuple(mould_list),
        tuple(draw(classes(id_, setter_ids, made_ids)) for id_ in class_ids),
        item_list,
        tuple(routing_list),
        tuple(draw(st.lists(downtimes(subjects), max_size=3, unique_by=lambda d: (d.subject_id, d.start))))
        if subjects
        else (),
        tuple(
            BomRow(*pair, draw(st.integers(0, 10**12)), draw(chosen(steps[pair[0]], True)))
            for pair in (draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True)) if pairs else ())
        ),
        tuple(OnHand(id_, draw(quantities), draw(moments)) for id_ in item_ids if draw(st.booleans())),
        tuple(
            Receipt(
                id_,
                draw(st.sampled_from(item_ids)),
                draw(quantities),
                draw(moments),
                draw(st.integers(0, 100)),
            )
            for id_ in draw(id_lists(0, 3))
            if item_ids
        ),
        tuple(draw(customers(id_, carrier_list)) for id_ in customer_ids),
        tuple(Channel(id_, draw(texts)) for id_ in channel_ids),
        tuple(carrier_list),
        tuple(CostRate(id_, draw(money)) for id_ in draw(id_lists(0, 2))),
        tuple(draw(st.lists(substitutes(pairs, item_ids, customer_ids), max_size=3, unique_by=_key))) if pairs else (),
        tuple(
            SubjectDocument(draw(st.sampled_from(subjects)), Document(name, draw(ids)))
            for name in (draw(id_lists(0, 2)) if subjects else ())
        ),
        tuple(
            draw(quotas(id_, channel_ids, names, item_ids))
            for id_ in (draw(id_lists(0, 2)) if channel_ids and (names or item_ids) else ())
        ),
        floors=tuple(draw(floors(id_, names, item_ids)) for id_ in (draw(id_lists(0, 2)) if names or item_ids else ())),
    )


@st.composite
def floors(draw, id_, resource_ids, item_ids):
    priority, days, release = draw(st.integers(1, 8)), draw(st.integers(1, 366)), draw(st.integers(0, 366))
    if item_ids and (not resource_ids or draw(st.booleans())):
        return Floor(id_, priority, "", draw(st.sampled_from(item_ids)), None, draw(quantities), days, release)
    return Floor(id_, priority, draw(st.sampled_from(resource_ids)), "", draw(durations), None, days, release)


@st.composite
def quotas(draw, id_, channel_ids, resource_ids, item_ids):
    channel, days = draw(st.sampled_from(channel_ids)), draw(st.integers(1, 366))
    if item_ids and (not resource_ids or draw(st.booleans())):
        return Quota(id_, channel, item_id=draw(st.sampled_from(item_ids)), pieces=draw(quantities), period_days=days)
    return Quota(id_, channel, draw(st.sampled_from(resource_ids)), hours=draw(durations), period_days=days)


@st.composite
def substitutes(draw, pairs, item_ids, customer_ids):
    use = draw(st.sampled_from(Use))
    pair = draw(st.sampled_from(pairs))
    into = draw(chosen(item_ids, True)) if use is Use.MATERIAL else ""
    customer = draw(chosen(customer_ids, True)) if use is Use.DELIVERY else ""
    return Substitute(*pair, use, into, customer, draw(st.integers(1, 10**9)), draw(st.integers(1, 9)))


def _key(row):
    return row.item_id, row.substitute_id, row.use, row.goes_into_id, row.customer_id
