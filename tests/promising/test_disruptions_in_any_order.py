"""Whatever breaks or is reported, in any order: promises move for their customers alone, what is late says why."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.disruptions import DisruptionKind
from domain.errors import JiaoqiError
from domain.progress import MarkKind
from domain.promises import PromiseState
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.progress_requests import ProgressAsk, ProgressItem
from promising.requests import FINAL
from tests.promising.desks import Bench, ask, bench, order

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
KINDS = {"long": DisruptionKind.SHIFT_CANCELLED, "day": DisruptionKind.SHIFT_ADDED}
hours = st.integers(-10, 60)
steps = st.one_of(
    st.tuples(
        st.just("report"),
        st.sampled_from(["M1", "M2", "CAP", "LID", "SETTER", "PACKERS", "long", "day"]),
        hours,
        st.none() | st.integers(1, 40),
    ),
    st.tuples(st.just("amend"), st.integers(1, 4), hours, st.booleans()),
    st.tuples(st.just("close"), st.integers(1, 4)),
    st.tuples(st.just("never"), st.integers(1, 4)),
    st.tuples(st.just("scrap"), st.integers(1, 4), st.integers(1, 120)),
    st.tuples(st.just("fewer"), st.integers(1, 4), st.integers(1, 60)),
    st.tuples(st.just("wants"), st.integers(1, 4), st.integers(0, 400), st.none() | st.integers(10, 90), st.booleans()),
    st.tuples(st.just("promise"), st.sampled_from(["cap", "cap-white", "lid", "box"]), st.integers(60, 600), hours),
    st.tuples(st.just("pass"), st.integers(1, 30)),
    st.tuples(
        st.just("progress"),
        st.sampled_from(MarkKind),
        st.integers(0, 20),
        st.integers(0, 600),
        st.none() | st.integers(0, 300),
        st.booleans(),
    ),
)


def take(shop: Bench, step: tuple, number: int, now: datetime) -> None:
    """Do one step as somebody in the shop would."""
    match step:
        case ("report", subject, start, lasts):
            begin = now + start * HOUR
            end = None if lasts is None else begin + lasts * HOUR
            report = Report(subject, KINDS.get(subject), begin, end)
            shop.desk.disrupt(DisruptionAsk(report, f"r-{number}", "floor"))
        case ("amend", which, until, known):
            end = now + until * HOUR
            change = AmendReport(f"D-{which}", end=end) if known else AmendReport(f"D-{which}", expected_end=end)
            shop.desk.disrupt(DisruptionAsk(change, f"r-{number}", "floor"))
        case ("close", which):
            shop.desk.disrupt(DisruptionAsk(CloseReport(f"D-{which}"), f"r-{number}", "floor"))
        case ("never", which):
            started = {each.id: each.start for each in shop.desk.disruptions(closed=True)}.get(f"D-{which}", now)
            shop.desk.disrupt(DisruptionAsk(CloseReport(f"D-{which}", started), f"r-{number}", "floor"))
        case ("scrap", which, pieces):
            report = Report(f"SO-{which}", DisruptionKind.SCRAPPED, quantity=pieces)
            shop.desk.disrupt(DisruptionAsk(report, f"r-{number}", "floor"))
        case ("fewer", which, pieces):
            shop.desk.disrupt(DisruptionAsk(AmendReport(f"D-{which}", quantity=pieces), f"r-{number}", "floor"))
        case ("wants", which, pieces, due, withdrawn):
            by = None if due is None or withdrawn else now + due * HOUR
            wish = Report(
                f"SO-{which}", DisruptionKind.CUSTOMER_CHANGE, quantity=0 if withdrawn else pieces, wanted=by,
                withdrawn=withdrawn,
            )  # fmt: skip
            shop.desk.disrupt(DisruptionAsk(wish, f"r-{number}", "sales"))
        case ("promise", item, quantity, due):
            shop.desk.promise(ask(order(f"SO-{number}", item, quantity, days=max(due, 0) / 24 + 1)))
        case ("progress", kind, which, ago, good, corrects):
            planned = shop.desk.schedule()
            if planned:
                counts = None if kind in (MarkKind.NOT_STARTED, MarkKind.STARTED) else good
                key = planned[which % len(planned)].operation_key
                item = ProgressItem(kind, operation_key=key, time=now - ago * MINUTE, good=counts, corrects=corrects)
                shop.desk.progress(ProgressAsk((item,), f"r-{number}", "floor"))
        case ("pass", some):
            shop.desk.set_clock(now + some * HOUR)


@settings(max_examples=12, deadline=None)
@given(st.lists(steps, min_size=2, max_size=8))
@example([("scrap", 2, 85), ("progress", MarkKind.PAUSED, 17, 0, None, True)])
def test_no_promise_moves_and_what_is_late_says_so(taken):
    """The plan is sound after every step; a crash in the end leaves everything as it was."""
    with TemporaryDirectory() as folder, bench(Path(folder) / "plant.sqlite") as shop:
        numbers = count(1)
        told: dict[str, datetime | None] = {}
        for step in [("promise", "cap", 240, 0), ("promise", "lid", 120, 20), ("pass", 1), *taken]:
            # Refused where there is no such disruption, or it is over.
            with suppress(JiaoqiError):
                take(shop, step, next(numbers), shop.desk.now())
            assert shop.desk.check() == []
            orders, _ = shop.desk.list_orders()
            for standing in orders:
                (line,) = shop.desk.get(standing.order.id).lines
                if step[0] == "wants" and standing.order.id == f"SO-{step[1]}":
                    told.pop(standing.order.id, None)
                assert told.setdefault(standing.order.id, line.promised_time) == line.promised_time
                if line.state in FINAL:
                    continue
                late = line.expected_time > line.promised_time
                assert (line.state is PromiseState.AT_RISK) == late == (line.cause is not None)
        listed, schedule = shop.desk.at_risk(), shop.desk.schedule()
        shop.crash()
        assert (shop.desk.at_risk(), shop.desk.schedule()) == (listed, schedule)
        assert shop.desk.check() == []


@settings(max_examples=8, deadline=None)
@given(st.lists(steps, min_size=2, max_size=8))
def test_the_log_is_written_again_by_what_it_tells(taken):
    """Only what has an entry is done once more, on an empty store: entries, plan and lines at risk are the same."""
    begun = [("promise", "cap", 240, 0), ("promise", "lid", 120, 20), ("pass", 1)]
    with TemporaryDirectory() as folder, bench(Path(folder) / "plant.sqlite") as shop:
        logged = []
        for number, step in enumerate([*begun, *taken], 1):
            before = shop.desk.last_event()
            with suppress(JiaoqiError):
                take(shop, step, number, shop.desk.now())
            if shop.desk.last_event() > before:
                logged.append((number, step))
        first = shop.desk.events(), shop.desk.schedule(), shop.desk.at_risk()
    with TemporaryDirectory() as folder, bench(Path(folder) / "plant.sqlite") as again:
        for number, step in logged:
            take(again, step, number, again.desk.now())
        assert (again.desk.events(), again.desk.schedule(), again.desk.at_risk()) == first
