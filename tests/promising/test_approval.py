"""The approval after placing: it knows mould and date, and passes, holds or refuses."""

from datetime import timedelta

from domain.promises import EventKind, PromiseState
from promising.ports import Admission, Verdict
from promising.requests import Amend, Confirm
from tests.promising.desks import MONDAY, Bench, ask, change, order

HOUR = timedelta(hours=1)
HOLD = Verdict(Admission.HOLD, ("mould CAP is to be checked",))
REFUSE = Verdict(Admission.REFUSE, ("mould CAP is worn",))


def test_the_approval_knows_the_machine_the_mould_and_the_times(shop: Bench) -> None:
    """Before anything is kept, for a quote as for a promise."""
    quoted = shop.desk.quote(ask(order()))
    promised = shop.desk.promise(ask(order()))
    assert quoted.lines == promised.lines
    assert [name for name, _ in shop.approval.asked] == ["SO-1", "SO-1"]
    for _, (place,) in shop.approval.asked:
        assert (place.resource_id, place.mould_id) == ("M1", "CAP")
        assert (place.start, place.end) == (MONDAY, MONDAY + 2 * HOUR)
    assert shop.desk.schedule()[0].start == shop.approval.asked[1][1][0].start


def test_what_it_refuses_is_taken_out_again_with_its_reasons(shop: Bench) -> None:
    """Nothing is reserved, and the order may be asked for again."""
    shop.approval.verdict = REFUSE
    refused = shop.desk.promise(ask(order()))
    assert [(line.state, line.refusal) for line in refused.lines] == [(PromiseState.REFUSED, "mould CAP is worn")]
    assert shop.desk.schedule() == []
    assert shop.kinds()[-1] is EventKind.REFUSED
    shop.approval.verdict = Verdict()
    assert shop.desk.promise(ask(order(), "again")).lines[0].promised_time == MONDAY + timedelta(days=2)
    assert shop.desk.check() == []


def test_what_it_holds_is_kept_for_a_human_for_three_days(shop: Bench) -> None:
    """Placed so that its date is true for three days; confirmed with a reason it gets the date it has then."""
    shop.approval.verdict = HOLD
    quoted = shop.desk.quote(ask(order(days=0)))
    held = shop.desk.promise(ask(order(days=0)))
    assert held.lines == quoted.lines
    assert held.hold is not None
    assert (held.hold.expires_at, held.hold.reasons) == (MONDAY + timedelta(days=3), HOLD.reasons)
    assert held.lines[0].if_confirmed == MONDAY + 2 * HOUR
    assert shop.desk.schedule()[0].start == MONDAY + timedelta(days=3)
    asked = len(shop.approval.asked)
    changed = shop.desk.change(change("SO-1", Confirm(), reason="checked"))
    assert changed.promise.lines[0].promised_time == MONDAY + 2 * HOUR
    assert len(shop.approval.asked) == asked
    shop.approval.verdict = Verdict()
    assert shop.desk.check() == []


def test_a_hold_that_a_caller_asked_for_may_be_refused_or_get_reasons(shop: Bench) -> None:
    """Until the caller's own time; to confirm it then takes a reason."""
    shop.approval.verdict = HOLD
    held = shop.desk.promise(ask(order(), hold_until=MONDAY + 4 * HOUR))
    assert held.hold is not None
    assert (held.hold.expires_at, held.hold.reasons) == (MONDAY + 4 * HOUR, HOLD.reasons)
    shop.approval.verdict = REFUSE
    refused = shop.desk.promise(ask(order("SO-2"), hold_until=MONDAY + 4 * HOUR))
    assert refused.lines[0].refusal == "mould CAP is worn"
    assert {r.order_id for r in shop.desk.schedule()} == {"SO-1"}


def test_an_amendment_that_it_does_not_pass_leaves_the_old_promise(shop: Bench) -> None:
    """Held or refused, the plan is as it was."""
    standing = shop.desk.promise(ask(order()))
    before = shop.desk.schedule()
    for verdict in (HOLD, REFUSE):
        shop.approval.verdict = verdict
        made = change("SO-1", Amend(order(quantity=480)), verdict.admission, etag=standing.etag)
        changed = shop.desk.change(made)
        assert (changed.receipt.made, changed.receipt.refusal) == (False, verdict.reasons[0])
        assert shop.approval.asked[-1][1][0].quantity == 480
        assert shop.desk.get("SO-1") == standing
        assert shop.desk.schedule() == before


def test_an_order_without_a_place_is_not_asked_about(shop: Bench) -> None:
    """Refused by the plan already."""
    shop.desk.promise(ask(order(days=0.01, latest_days=0.02)))
    assert shop.approval.asked == []
