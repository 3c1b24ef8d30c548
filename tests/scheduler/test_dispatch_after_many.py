"""Re-dispatch of a plant with moulds in which hundreds of operations have begun."""

from datetime import timedelta

from domain.checks import from_unix
from domain.orders import Order, OrderLine
from scheduler import arrays as a
from scheduler.planner import Planner
from tests.plants import ROUND, at, down, moulding_shop

BEGIN = at("2026-03-02 08:00")


def asked(planner: Planner, order_id: str, item_id: str, quantity: int, now_s: int) -> None:
    wanted = OrderLine(1, item_id, quantity, from_unix(BEGIN) + timedelta(days=30))
    planner.keep(planner.decide(Order(order_id, "K", (wanted,)), now_s))


def test_a_mould_is_fetched_from_where_it_hangs_however_much_has_begun():
    """The cap's mould was taken off M1 for a lid; the 300th run on M2 wanted it fetched from there all the same."""
    planner = Planner(moulding_shop(calendar=ROUND, downtimes=(down("M2", "2026-03-02 08:00 / 10:00"),)), BEGIN)
    planner._k.s[a.S_FIXRANK] = 300
    asked(planner, "caps", "cap", 60, BEGIN)
    asked(planner, "lids", "lid", 500, BEGIN)
    now_s = at("2026-03-02 10:30")
    asked(planner, "more caps", "cap", 60, now_s)
    assert planner.redispatch(now_s)
    planner.take_delta()
    found = {each.order_id: each for each in planner.snapshot().operations}
    lids, more = found["lids"], found["more caps"]
    assert (lids.resource_id, lids.dismounted_mould, lids.fixed) == ("M1", "CAP", True)
    assert (more.resource_id, more.fetched_from, more.fetch) == ("M2", "", None)
