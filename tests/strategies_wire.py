"""Strategies for what crosses the wire: orders, promises, reservations, load, events."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from domain.calibration import LEVELS, Confidence, ExecutedLine, LearnedFrom, learned
from domain.displacements import Displaced
from domain.disruptions import COUNTED, ORDERS, Disruption, DisruptionKind, DisruptionState
from domain.documents import Document
from domain.errors import Violation
from domain.hours import ExtraHours
from domain.options import (
    ChosenMode,
    CostKind,
    Option,
    OptionCost,
    OptionKind,
    OptionPart,
    OptionSearch,
    OptionWhy,
)
from domain.orders import Order, OrderLine, ShipMode
from domain.progress import MarkKind, ProgressState
from domain.promises import (
    Cause,
    ChainStep,
    Completed,
    Event,
    EventKind,
    GoodsIssued,
    Hold,
    KitPart,
    LineChange,
    LinePromise,
    LineState,
    Outcome,
    Promise,
    PromiseState,
    Reason,
    ReasonKind,
    Receipt,
    Reservation,
    Source,
    Tier,
)
from domain.promotions import Granted, Lost, Review, ReviewKind, Why
from domain.proposals import (
    Cap,
    FromBefore,
    OutsideWork,
    PlanFigures,
    Proposal,
    ProposalKind,
    ProposalState,
    ProposedLine,
)
from domain.repromises import Became, RepromisedLine, Treatment
from domain.rescues import Move, Rescue, Rescued
from domain.values import replace
from promising.disruption_requests import LineAtRisk, Repaired
from promising.history import ContentChange, HistoryEntry
from promising.progress_requests import Clash, ItemAnswer, ItemOutcome, Progressed, ProgressItem
from promising.proposal_requests import Draft
from promising.repromise_requests import Repromised
from promising.requests import LoadDay
from scheduler.planner import Sequences, Step

LAST = datetime(2199, 12, 31)
ids = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=10)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
moments = st.datetimes(datetime(1971, 1, 1), LAST, timezones=st.just(UTC))
fen = st.integers(0, 10**12)
counts = st.integers(0, 2**62)


@st.composite
def order_lines(draw, line_no=None):
    requested = draw(moments)
    latest = draw(st.none() | st.datetimes(requested.replace(tzinfo=None), LAST, timezones=st.just(UTC)))
    quantity = draw(st.integers(1, 10**9))
    return OrderLine(
        line_no=line_no or draw(st.integers(1, 10**6)),
        item_id=draw(ids),
        quantity=quantity,
        requested_time=requested,
        latest_time=latest,
        unit_price_fen=draw(fen),
        discount_fen=draw(st.integers(0, 10**15)),
        least_quantity=draw(st.just(0) | st.integers(1, quantity)),
        most_quantity=draw(st.just(0) | st.integers(quantity, 10**9)),
        allow_substitutes=draw(st.booleans()),
    )


@st.composite
def orders(draw):
    numbers = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=5, unique=True))
    attributes = draw(st.dictionaries(ids, texts, max_size=3))
    papers = draw(st.lists(st.builds(Document, name=ids, location=ids), max_size=2))
    lines = [draw(order_lines(number)) for number in numbers]
    if len(lines) > 1 and draw(st.booleans()):
        lines[1] = replace(lines[1], item_id=lines[0].item_id, part_of=lines[0].line_no)
    return Order(
        id=draw(ids),
        customer_id=draw(ids),
        lines=tuple(lines),
        channel_id=draw(st.just("") | ids),
        salesperson=draw(st.just("") | ids),
        documents=tuple(papers),
        priority=draw(st.integers(1, 9)),
        attributes=tuple(sorted(attributes.items())),
        region=draw(st.just("") | ids),
        carrier_id=draw(st.just("") | ids),
        ship=draw(st.sampled_from(ShipMode)),
    )


moves = st.builds(Move, texts, st.integers(1, 9), texts, st.integers(1, 999), texts, moments, texts, moments)
options = st.builds(
    Option,
    kind=st.sampled_from(OptionKind),
    parts=st.lists(
        st.builds(OptionPart, quantity=st.integers(1, 10**9), promised_time=st.none() | moments), max_size=2
    ).map(tuple),
    costs=st.lists(
        st.builds(
            OptionCost,
            kind=st.sampled_from(CostKind),
            duration=st.timedeltas(timedelta(0), timedelta(days=900)),
            count=st.integers(0, 99),
            fen=st.none() | fen,
        ),
        max_size=2,
    ).map(tuple),
    id=texts,
    displaced=st.lists(
        st.builds(Displaced, ids, st.integers(1, 999), ids, st.integers(1, 9), moments, moments, moments), max_size=2
    ).map(tuple),
    displaced_count=st.integers(0, 999),
    hours=st.lists(st.builds(ExtraHours, ids, moments, moments), max_size=2).map(tuple),
    modes=st.lists(st.builds(ChosenMode, ids, ids, ids, st.just("") | ids), max_size=2).map(tuple),
    moves=st.lists(moves, max_size=2).map(tuple),
    moved=st.integers(0, 999),
)
reasons = st.builds(
    Reason,
    kind=st.sampled_from(ReasonKind),
    duration=st.timedeltas(timedelta(0), timedelta(days=4000)),
    subject=texts,
    orders=st.lists(ids, max_size=5).map(tuple),
)
causes = st.builds(Cause, disruption_id=ids, operation_id=texts, resource_id=texts)
confidences = st.builds(
    Confidence, st.sampled_from([0, *LEVELS]), st.integers(0, 10**9), st.sampled_from(LearnedFrom), st.integers(0, 999)
)
executed_lines = st.builds(
    lambda decided, lead, slip, **of: ExecutedLine(
        decided=decided, planned=decided + lead, completed=decided + slip, **of
    ),
    st.datetimes(datetime(1971, 1, 1), LAST - timedelta(days=90), timezones=st.just(UTC)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=90)),
    st.timedeltas(timedelta(0), timedelta(days=90)),
    family=st.sampled_from(["", "caps", "瓶盖"]),
    routing_id=st.sampled_from(["", "cap", "lid"]),
    waiting_percent=st.none() | st.integers(0, 100),
)
calibrations = st.builds(
    lambda lines, left_out, **of: learned(lines, left_out=left_out, **of),
    st.lists(executed_lines, min_size=1, max_size=60),
    st.dictionaries(st.sampled_from(["from_stock", "no_times"]), st.integers(1, 99)),
    version=st.integers(1, 999),
    at=moments,
    actor=texts,
)
line_promises = st.builds(
    LinePromise,
    line_no=st.integers(1, 10**6),
    item_id=ids,
    quantity=st.integers(1, 10**9),
    requested_time=moments,
    outcome=st.sampled_from(Outcome),
    state=st.sampled_from(PromiseState),
    promised_time=st.none() | moments,
    expected_time=st.none() | moments,
    earliest_time=st.none() | moments,
    deadline=st.none() | moments,
    tier=st.sampled_from(Tier),
    search=st.sampled_from(["exact", "heuristic", "cut_off"]),
    reasons=st.lists(reasons, max_size=4).map(tuple),
    options=st.lists(options, max_size=2).map(tuple),
    option_searches=st.lists(
        st.builds(OptionSearch, st.sampled_from(OptionKind), st.none() | st.sampled_from(OptionWhy)), max_size=3
    ).map(tuple),
    refusal=texts,
    notes=st.lists(texts, max_size=3).map(tuple),
    decided_at=st.none() | moments,
    if_confirmed=st.none() | moments,
    carrier_id=ids,
    region=texts,
    kit=st.lists(
        st.builds(
            KitPart,
            item_id=ids,
            quantity=st.integers(1, 10**9),
            source=st.sampled_from(Source),
            goes_into=ids,
            available_time=st.none() | moments,
            receipt_id=texts,
            stands_for=st.just("") | ids,
        ),
        max_size=3,
    ).map(tuple),
    delivered_item_id=st.just("") | ids,
    delivered_quantity=st.integers(0, 10**9),
    cause=st.none() | causes,
    confidence=st.none() | confidences,
    completed=st.none() | st.builds(Completed, moments, st.booleans()),
)
line_numbers = st.lists(st.integers(1, 10**6), max_size=3, unique=True).map(sorted)


@st.composite
def granted(draw):
    """What one promotion gives: shares and free pieces of lines, a gift, points."""
    by_line = tuple((number, draw(st.integers(1, 10**12))) for number in draw(line_numbers))
    shared = [number for number, _ in by_line]
    free = tuple((number, draw(st.integers(1, 10**9))) for number in draw(line_numbers) if number in shared)
    return Granted(draw(ids), sum(fen for _, fen in by_line), by_line, free, draw(texts), draw(counts), draw(counts))


settlements = st.just((None, None, "", "")) | st.tuples(st.booleans(), moments, texts, texts)
reviews = st.builds(
    lambda settled, *asked: Review(*asked, *settled),
    settlements,
    st.sampled_from(ReviewKind),
    moments,
    fen,
    fen,
    st.lists(ids, max_size=2).map(tuple),
    st.lists(ids, max_size=2).map(tuple),
)
promises = st.builds(
    Promise,
    order=orders(),
    lines=st.lists(line_promises, max_size=3).map(tuple),
    decided_at=moments,
    version=st.integers(0, 2**40),
    request_id=texts,
    caller=texts,
    plan_version=counts,
    duplicates=st.lists(ids, max_size=3).map(tuple),
    hold=st.none()
    | st.builds(
        Hold,
        expires_at=moments,
        reasons=st.lists(texts, max_size=2).map(tuple),
        handed_to=texts,
        missing=st.lists(ids, max_size=2).map(tuple),
    ),
    rescued=st.none()
    | st.builds(
        Rescued,
        rescue=st.sampled_from(Rescue),
        moves=st.lists(
            moves,
            max_size=2,
        ).map(tuple),
        moved=st.integers(0, 9),
        shifted=st.integers(0, 99),
        held=st.lists(st.sampled_from(["frozen", "modes"]), max_size=2).map(tuple),
        seconds=st.integers(0, 9999).map(lambda n: n / 1000),
    ),
    quote_id=texts,
    granted=st.lists(granted(), max_size=2).map(tuple),
    lost=st.lists(st.builds(Lost, promotion=ids, why=st.sampled_from(Why), seen=texts, needed=texts), max_size=2).map(
        tuple
    ),
    reviews=st.lists(reviews, max_size=2).map(tuple),
)
line_states = st.builds(
    LineState,
    quantity=st.integers(1, 10**9),
    promised_time=st.none() | moments,
    state=st.sampled_from(PromiseState),
)
receipts = st.builds(
    Receipt,
    made=st.booleans(),
    lines=st.lists(
        st.builds(
            LineChange,
            line_no=st.integers(1, 10**6),
            before=st.none() | line_states,
            after=st.none() | line_states,
            refusal=texts,
            offered=st.none() | moments,
        ),
        max_size=3,
    ).map(tuple),
    issued=st.lists(st.builds(GoodsIssued, st.integers(1, 10**6), ids, st.integers(1, 10**9)), max_size=2).map(tuple),
    refusal=texts,
)
reservations = st.builds(
    Reservation,
    operation_key=counts,
    order_id=ids,
    line_no=st.integers(1, 10**6),
    operation_id=ids,
    mode_id=ids,
    resource_id=ids,
    units=st.lists(st.integers(0, 63), max_size=4).map(tuple),
    mould_id=texts,
    setter_id=texts,
    crew_id=texts,
    quantity=st.integers(1, 10**9),
    visit_start=moments,
    start=moments,
    end=moments,
    fixed=st.booleans(),
    item_id=texts,
    lot=counts,
    into=counts,
    assumed=st.booleans(),
    progress=st.none() | st.sampled_from(ProgressState),
    good=st.none() | counts,
    scrapped=st.none() | counts,
)
load_days = st.builds(
    LoadDay,
    resource_id=ids,
    day=moments,
    working=st.integers(0, 64 * 86_400),
    busy=st.integers(0, 64 * 86_400),
    changeover=st.integers(0, 86_400),
    downtime=st.integers(0, 64 * 86_400),
)
events = st.builds(
    Event,
    sequence=counts,
    kind=st.sampled_from(EventKind),
    time=moments,
    actor=texts,
    order_id=texts,
    reason=texts,
    plan_version=counts,
    detail=texts,
)

contents = st.builds(ContentChange, line_no=st.integers(0, 10**6), field=texts, before=texts, after=texts)
entries = st.builds(
    HistoryEntry,
    event=events,
    version=counts,
    lines=receipts.map(lambda receipt: receipt.lines),
    contents=st.lists(contents, max_size=3).map(tuple),
)
steps = st.builds(
    ChainStep,
    reservation=reservations,
    ready=moments,
    after=st.lists(counts, max_size=3).map(tuple),
    waits=st.lists(reasons, max_size=3).map(tuple),
)


wishes = st.fixed_dictionaries({"quantity": st.integers(1, 10**9), "wanted": st.none() | moments}) | st.just(
    {"withdrawn": True}
)
"""What customers want otherwise."""


@st.composite
def disruptions(draw):
    """Open or closed, with and without a known end."""
    start, until = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
    state = draw(st.sampled_from(DisruptionState))
    known = state is DisruptionState.CLOSED or draw(st.booleans())
    kind = draw(st.sampled_from([kind for kind in DisruptionKind if known or kind is not DisruptionKind.SHIFT_ADDED]))
    of_order = kind in ORDERS
    if of_order:
        known = state is DisruptionState.CLOSED
    return Disruption(
        id=draw(st.from_regex(r"[A-Z]-[0-9]{1,8}", fullmatch=True)),
        kind=kind,
        subject_id=draw(st.from_regex(r"[A-Z0-9]{1,12}", fullmatch=True)),
        start=start,
        end=until if known else None,
        reported_at=draw(moments),
        expected_end=None if known or of_order else until,
        source=draw(st.from_regex(r"[a-z]{0,9}", fullmatch=True)),
        reason=draw(st.sampled_from(["", "模具开裂", "power cut"])),
        reported_by=draw(texts),
        state=state,
        version=draw(st.integers(1, 2**40)),
        **({"quantity": draw(st.integers(1, 10**9))} if kind in COUNTED else {}),
        region=draw(ids) if kind is DisruptionKind.CARRIER_STOPPED else "",
        line_no=draw(st.integers(1, 10**6)) if of_order else 0,
        operation_id=draw(ids) if kind is DisruptionKind.SCRAPPED else "",
        operation_key=draw(st.integers(1, 2**40)) if kind is DisruptionKind.SCRAPPED else 0,
        **(draw(wishes) if kind is DisruptionKind.CUSTOMER_CHANGE else {}),
    )


lines_at_risk = st.builds(
    LineAtRisk,
    order_id=ids,
    line_no=st.integers(1, 10**6),
    item_id=ids,
    quantity=st.integers(1, 10**9),
    customer_id=ids,
    priority=st.integers(1, 9),
    state=st.sampled_from(PromiseState),
    promised=moments,
    expected=moments,
    before=st.none() | moments,
    cause=st.none() | causes,
)
repairs = st.builds(
    Repaired,
    disruption=disruptions(),
    at_risk=st.lists(lines_at_risk, max_size=3).map(tuple),
    recovered=st.lists(st.tuples(ids, st.integers(1, 10**6)), max_size=3).map(tuple),
    moved_in_time=st.integers(0, 10**6),
    moved=st.integers(0, 10**6),
    shifted=st.integers(0, 10**6),
    interrupted=st.integers(0, 10**6),
    reopened=st.integers(0, 10**6),
    stood_still=st.timedeltas(timedelta(0), timedelta(hours=1)),
    applied=st.booleans(),
    change=st.none() | receipts,
)
violations = st.builds(Violation, field=texts, problem=texts, allowed=texts)
keys = st.integers(1, 2**62)
progress_items = st.builds(
    ProgressItem,
    kind=st.sampled_from(MarkKind),
    order_id=texts,
    line_no=st.integers(0, 10**6),
    operation_id=texts,
    item_id=texts,
    operation_key=st.integers(0, 2**62),
    time=st.none() | moments,
    good=st.none() | counts,
    scrapped=st.none() | counts,
    shots=st.none() | counts,
    expected=st.none() | moments,
    resource_id=texts,
    corrects=st.booleans(),
)
progress = st.builds(
    Progressed,
    items=st.lists(
        st.builds(
            ItemAnswer,
            outcome=st.sampled_from(ItemOutcome),
            operation_key=st.integers(0, 2**62),
            wrong=st.lists(violations, max_size=2).map(tuple),
            start=st.none() | moments,
            end=st.none() | moments,
            missing=counts,
            planned_anew=counts,
        ),
        max_size=3,
    ).map(tuple),
    cause_id=texts,
    at_risk=st.lists(lines_at_risk, max_size=3).map(tuple),
    recovered=st.lists(st.tuples(ids, st.integers(1, 10**6)), max_size=3).map(tuple),
    assumed=st.lists(keys, max_size=3).map(tuple),
    clashes=st.lists(st.builds(Clash, resource_id=ids, operation_key=keys, other_key=keys), max_size=2).map(tuple),
    moved_in_time=st.integers(0, 10**6),
    moved=st.integers(0, 10**6),
    shifted=st.integers(0, 10**6),
    reopened=st.integers(0, 10**6),
    stood_still=st.timedeltas(timedelta(0), timedelta(hours=1)),
    applied=st.booleans(),
)

spans = st.integers(0, 10**8).map(lambda seconds: timedelta(seconds=seconds))
plan_figures = st.builds(
    PlanFigures,
    late=st.integers(0, 10**6),
    tardiness=st.dictionaries(st.integers(1, 9), spans, max_size=3).map(lambda found: tuple(sorted(found.items()))),
    changeovers=st.integers(0, 10**6),
    changeover=spans,
    overtime=spans,
    cost_fen=st.none() | st.integers(0, 10**15),
    end=st.none() | moments,
    outside=spans,
)
proposed_lines = st.builds(
    ProposedLine,
    order_id=ids,
    line_no=st.integers(1, 10**6),
    item_id=ids,
    quantity=st.integers(1, 10**9),
    customer_id=ids,
    priority=st.integers(1, 9),
    state=st.sampled_from(PromiseState),
    promised_before=moments,
    promised_after=moments,
    expected_before=moments,
    expected_after=moments,
    part_of=st.integers(0, 10**6),
)
outside_work = st.builds(
    OutsideWork,
    key=st.integers(1, 2**40),
    order_id=ids,
    line_no=st.integers(1, 10**6),
    item_id=ids,
    quantity=st.integers(1, 10**9),
    operation_id=ids,
    mode_id=ids,
    resource_id=ids,
    start=moments,
    end=moments,
    fen=st.none() | st.integers(0, 10**12),
)
moved_twice = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))
proposals = st.builds(
    Proposal,
    id=ids,
    kind=st.sampled_from(ProposalKind),
    plan_version=st.integers(1, 2**40),
    made_at=moments,
    made_by=texts,
    before=plan_figures,
    after=plan_figures,
    saved=st.integers(0, 10**6),
    promises_moved=st.integers(0, 10**6),
    moved_in_time=st.integers(0, 10**6),
    moved=st.integers(0, 10**6),
    shifted=st.integers(0, 10**6),
    distance_s=st.integers(0, 10**10),
    objective=st.integers(0, 2**50),
    bound=st.none() | st.integers(0, 2**50),
    seconds=st.integers(0, 10**6).map(lambda thousandths: thousandths / 1000),
    hours=st.lists(st.builds(ExtraHours, ids, moments, moments), max_size=2).map(tuple),
    outside=st.lists(outside_work, max_size=2).map(tuple),
    cap=st.none() | st.builds(Cap, st.none() | st.integers(0, 10**6), st.integers(0, 365).map(timedelta)),
    uncapped=st.none() | st.integers(0, 2**50),
    from_before=st.none() | st.builds(FromBefore, ids, moments, moved_twice, moved_twice),
    lines=st.lists(proposed_lines, max_size=3).map(tuple),
    reason=st.sampled_from(["", "模具开裂", "power cut"]),
    state=st.sampled_from(ProposalState),
    decided_at=st.none() | moments,
    decided_by=texts,
    version=st.integers(1, 2**40),
)
repromised_lines = st.builds(
    RepromisedLine,
    proposed_lines,
    st.sampled_from(Treatment),
    st.sampled_from(Became),
    st.lists(reasons, max_size=3).map(tuple),
    st.none() | moments,
    st.booleans(),
)
repromised = st.builds(
    Repromised,
    lines=st.lists(repromised_lines, max_size=3).map(tuple),
    told=st.lists(proposed_lines, max_size=3).map(tuple),
    plan_version=st.integers(1, 2**40),
    applied=st.booleans(),
    stood_still=st.timedeltas(timedelta(0), timedelta(seconds=30)),
)
places_in_sequences = st.builds(
    Step,
    key=st.integers(1, 2**40),
    mode_id=ids,
    units=st.lists(st.integers(0, 63), min_size=1, max_size=2).map(tuple),
    setter_unit=st.integers(-1, 63),
    crew_units=st.lists(st.integers(0, 63), max_size=2).map(tuple),
)
drafts = st.builds(
    Draft,
    proposals,
    st.builds(Sequences, st.integers(1, 2**40), st.lists(places_in_sequences, max_size=4).map(tuple)),
)
