"""What would happen if: who would be hit and what it would cost, and nothing is changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.disrupted import in_force
from domain.disruptions import Disruption, DisruptionKind
from domain.errors import InvalidInput
from domain.options import CostKind, OptionCost
from domain.trade import CostRate
from domain.values import replace
from promising.disruption_requests import DisruptionAsk, Report
from promising.hand_requests import HandAsk, PinWork, Work
from promising.ports import Admission, Verdict
from promising.sentences import supposed_in
from promising.what_if import Supposed, changed_costs
from tests.plants import moulding_shop
from tests.promising.desks import MONDAY, Bench, ask, bench, order
from tests.promising.desks import shop as plain_shop


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """A day late costs 240 yuan at priority 5; SO-1 from 8 to 10 and SO-2 to noon, promised so; SO-3 until Friday."""
    plant = replace(plain_shop(), cost_rates=(CostRate("delay_day_5", 24_000),))
    with bench(tmp_path / "plant.sqlite", plant=plant) as made:
        for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
            made.desk.promise(ask(order(order_id, days=days)))
        made.desk.set_clock(at(1))
        yield made


def test_a_mould_is_supposed_to_be_away_and_the_plan_stays(shop: Bench) -> None:
    """CAP from 9 to 15: SO-1 and SO-2 would be six hours late, for 60 yuan each; the report says the same."""
    before = (shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions())
    told = shop.desk.what_if(Supposed(sentence="mould CAP out for 6 hours"))
    assert [(row.order_id, row.before, row.expected) for row in told.at_risk] == [
        ("SO-1", at(2), at(8)),
        ("SO-2", at(4), at(10)),
    ]
    assert (told.moved_in_time, told.shifted, told.interrupted) == (1, 2, 1)
    assert told.costs == (OptionCost(CostKind.DELAY, timedelta(hours=12), 2, 12_000),)
    assert told.fen == 12_000
    assert (shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions()) == before
    made = shop.desk.disrupt(DisruptionAsk(Report("CAP", end=at(7)), "d-1", "floor"))
    assert [(row.order_id, row.expected) for row in made.at_risk] == [
        (row.order_id, row.expected) for row in told.at_risk
    ]
    assert shop.desk.check() == []


def test_what_stands_already_is_counted_with_and_two_things_may_happen_at_once(shop: Bench) -> None:
    """The setter is away and M1 down from noon; SO-3's pin would be lifted. What has no rate has no price."""
    shop.desk.handle(HandAsk(Work(order_id="SO-3"), PinWork(), "h-1"))
    reports = (Report("M1", start=at(4), end=at(8)), Report("SETTER", end=at(24)))
    told = shop.desk.what_if(Supposed(reports))
    assert [each.id for each in told.disruptions] == ["what-if-1", "what-if-2"]
    assert (told.at_risk, told.unpinned, told.moved_in_time) == ((), 1, 1)
    assert len(shop.desk.pins()) == 1
    with pytest.raises(InvalidInput, match="1 to 20"):
        shop.desk.what_if(Supposed())
    with pytest.raises(InvalidInput, match="subject_id"):
        shop.desk.what_if(Supposed((Report("M9"),)))


SENTENCES = [
    ("mould CAP out for 3 days", "CAP", None, None, at(73)),
    ("M1 down", "M1", None, None, None),
    ("Machine M1 is broken from tomorrow until 2026-03-05 08:00", "M1", None, at(16), at(72)),
    ("crew PACKERS absent for half a day from 2026-03-03 8:00", "PACKERS", None, at(24), at(36)),
    ("overtime long from 2026-03-02 20:00 for two hours", "long", DisruptionKind.SHIFT_ADDED, at(12), at(14)),
    ("no shift M2 on 2026-03-04 for 1 day", "M2", DisruptionKind.SHIFT_CANCELLED, at(40), at(64)),
    ("模具CAP停3天", "CAP", None, None, at(73)),
    ("明天起M1停机半天", "M1", None, at(16), at(28)),
    ("从2026-03-04 08:00到2026-03-05 08:00模具LID维修", "LID", None, at(48), at(72)),
    ("long 2026-03-02 20:00起加班2小时", "long", DisruptionKind.SHIFT_ADDED, at(12), at(14)),
    ("注塑M2两周不可用", "M2", None, None, at(1 + 14 * 24)),
]


@pytest.mark.parametrize(("sentence", "subject", "kind", "start", "end"), SENTENCES)
def test_a_sentence_says_what_happens(sentence, subject, kind, start, end) -> None:
    """It is Monday at nine; both languages, with and without times."""
    (report,) = supposed_in(sentence, moulding_shop(), at(1))
    assert (report.subject_id, report.kind, report.start, report.end) == (subject, kind, start, end)


def test_two_sentences_are_two_disruptions() -> None:
    """Joined by a word or a mark."""
    found = supposed_in("M1 down for 2 hours and mould LID out; 模具CAP停1天", moulding_shop(), at(1))
    assert [report.subject_id for report in found] == ["M1", "LID", "CAP"]


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("", "no sentence"),
        ("x" * 501, "no sentence"),
        ("mould M-07 out for 3 days", "names nothing"),
        ("M10 down", "names nothing"),
        ("M1 is lovely", "does not say what happens"),
        ("M1 down from 2026-13-45", "no start time"),
    ],
)
def test_what_is_not_understood_is_told_with_an_example(sentence, why) -> None:
    """Never guessed."""
    with pytest.raises(InvalidInput, match=why):
        supposed_in(sentence, moulding_shop(), at(1))


def test_scrap_is_supposed_of_work_that_has_not_begun_and_told_as_a_report_would(shop: Bench) -> None:
    """Forty of SO-1 are lost at nine: made anew as soon as SO-2 allows; of SO-3 nobody could report scrap yet."""
    before = (shop.desk.schedule(), shop.desk.last_event())
    told = shop.desk.what_if(Supposed(sentence="scrap 40 of SO-1"))
    assert [(row.order_id, row.cause.disruption_id) for row in told.at_risk] == [("SO-1", "what-if-1")]
    assert shop.desk.what_if(Supposed(sentence="SO-3报废40件")).at_risk == ()
    assert (shop.desk.schedule(), shop.desk.last_event()) == before
    made = shop.desk.disrupt(DisruptionAsk(Report("SO-1", DisruptionKind.SCRAPPED, quantity=40), "d-1", "floor"))
    assert [(row.order_id, row.expected) for row in made.at_risk] == [
        (row.order_id, row.expected) for row in told.at_risk
    ]
    late = told.at_risk[0].expected - told.at_risk[0].promised
    assert (late, told.costs[0]) == (timedelta(minutes=140), OptionCost(CostKind.DELAY, late, 1, 2_334))
    assert shop.desk.check() == []


def test_a_customers_change_is_supposed_and_its_order_stays(shop: Bench) -> None:
    """SO-2 is withdrawn, or wants twice as much: what would become of it, and nothing does."""
    before = (shop.desk.schedule(), shop.desk.last_event(), shop.desk.get("SO-2"))
    told = shop.desk.what_if(Supposed(sentence="SO-2 withdrawn"))
    ((order_id, receipt),) = told.changes
    assert (order_id, receipt.made, receipt.lines[0].after.state.value) == ("SO-2", True, "cancelled")
    more = shop.desk.what_if(Supposed(sentence="SO-2 wants 480; mould CAP out for 1 hour"))
    ((_, receipt),) = more.changes
    assert (receipt.lines[0].before.quantity, receipt.lines[0].after.quantity) == (240, 480)
    assert [each.kind for each in more.disruptions] == [DisruptionKind.CUSTOMER_CHANGE, DisruptionKind.MOULD_IN_REPAIR]
    with pytest.raises(InvalidInput, match="is as it was"):
        shop.desk.what_if(Supposed(sentence="SO-2 wants 240"))
    assert (shop.desk.schedule(), shop.desk.last_event(), shop.desk.get("SO-2")) == before
    assert shop.desk.check() == []


def test_a_customers_change_that_is_supposed_is_decided_as_the_change_itself_would_be(shop: Bench) -> None:
    """Rules refuse SO-2, or would hold it: that is told as of the report itself, and nothing moves in the copy."""
    before = (shop.desk.schedule(), shop.desk.get("SO-2"))
    for admission in (Admission.REFUSE, Admission.HOLD):
        verdict = Verdict(admission, ("credit_limit",))
        shop.gate.admit = lambda order, now, verdict=verdict: verdict
        told = shop.desk.what_if(Supposed(sentence="SO-2 wants 480"))
        ((order_id, receipt),) = told.changes
        assert (order_id, receipt.made, receipt.refusal, told.shifted) == ("SO-2", False, "credit_limit", 0)
        made = shop.desk.disrupt(
            DisruptionAsk(Report("SO-2", DisruptionKind.CUSTOMER_CHANGE, quantity=480, line_no=1), "d-1", "sales")
        )
        assert (made.applied, made.change) == (False, receipt)
        ((_, gone),) = shop.desk.what_if(Supposed(sentence="SO-2 withdrawn")).changes
        assert gone.made
    del shop.gate.admit
    assert shop.desk.what_if(Supposed(sentence="SO-2 wants 480")).changes[0][1].made
    assert (shop.desk.schedule(), shop.desk.get("SO-2")) == before
    assert shop.desk.check() == []


def test_what_moved_costs_the_same_as_all_work_compared(shop: Bench) -> None:
    """Lids wait for a setter who is away until tomorrow: what stays where it was is not looked at."""
    shop.desk.promise(ask(order("SO-4", "lid", days=4)))
    plan = shop.desk._stands.plan.scratch()
    stood = plan.view()
    assert stood.unlike(stood) == []
    laid = in_force(plan.plant, [Disruption("D-1", DisruptionKind.CREW_ABSENT, "SETTER", at(1), at(24), at(1))])
    plan.repair(laid, plan.now_s, {})
    stands = plan.view()
    gone, come = stood.unlike(stands), stands.unlike(stood)
    assert 0 < len(come) <= len(stands.reservations())
    everything = changed_costs(plan.plant, stood.reservations(), stands.reservations())
    assert changed_costs(plan.plant, gone, come) == everything
    only = [one.unlike(other, changeovers=True) for one, other in ((stood, stands), (stands, stood))]
    assert changed_costs(plan.plant, *only) == everything
    # Before, as much changeover as before at another time was told as none of it, without a price, as was the whole.
    hour = timedelta(hours=1)
    later = [
        replace(row, visit_start=row.visit_start + hour, start=row.start + hour, end=row.end + hour)
        for row in stood.reservations()
    ]
    assert any(row.visit_start < row.start for row in later)
    assert changed_costs(plan.plant, stood.reservations(), later) == []
