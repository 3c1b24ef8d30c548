"""Rules before and behind the plan: credit by what the desk knows, priority, approval, and what stands afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from domain.documents import Document
from domain.errors import WrongState
from domain.orders import Order
from domain.promises import PromiseState
from domain.promotions import Review, ReviewKind
from domain.trade import Customer
from domain.values import replace
from promising.admission import RuleAdmission
from promising.desk import Desk
from promising.feed_requests import CustomerChange, Feed
from promising.plant_files import write_plant
from promising.requests import Amend, Changed, Close, Confirm
from rulebase.language.checker import read_rules
from rulebase.promotions.table import Gives, Promotion
from store.database import Store
from tests.promising.desks import MONDAY, OFF, SetClock, ask, cancel, change, order, shop

CREDIT = """
规则 "超额" 级别 90: 当 客户.授信占用 > 客户.信用额度 则 拒绝
    因为 "占用 {客户.授信占用} 超过额度 {客户.信用额度}" / "exposure {customer.exposure} over {customer.credit_limit}"
规则 "逾期" 级别 80: 当 客户.逾期次数 >= 3 则 转审 "财务" / "finance"
    因为 "逾期 {客户.逾期次数} 次" / "{customer.overdue_count} overdue"
"""
ACME = Customer("ACME", credit_limit_fen=10_000_000, receivables_fen=4_000_000)


@contextmanager
def desk(path, text, *, customer=ACME, import_plant=True, promotions=()):
    """A desk that decides by rules, over a shop that knows one customer."""
    store = Store(path)
    admission = RuleAdmission(read_rules({"f.rules": text}), promotions=promotions)
    made = Desk(store, SetClock(), OFF, admission, approve=admission)
    made.start()
    try:
        if import_plant:
            made.import_plant(write_plant(replace(shop(), customers=(customer,))), caller="planner")
            made.set_clock(MONDAY, caller="planner")
        yield made
    finally:
        made.stop()
        store.close()


def priced(order_id: str, yuan: int, **changes: object) -> Order:
    """An order of 240 caps that comes to so many yuan."""
    made = order(order_id, days=5)
    line = replace(made.lines[0], unit_price_fen=100 * yuan, discount_fen=239 * 100 * yuan)
    return replace(made, lines=(line,), **changes)


def amend(made: Desk, yuan: int, again: str = "") -> Changed:
    """Amend the first order to another amount, as it was read."""
    etag = made.get("SO-1").etag
    return made.change(change("SO-1", Amend(priced("SO-1", yuan)), f"amend-{yuan}{again}", etag=etag))


def state(promise) -> PromiseState:
    return promise.lines[0].state


def test_exposure_is_receivables_and_open_orders_and_this_one(tmp_path):
    """A limit of 100,000, receivables of 40,000: 30,000 and 30,000 pass, one more yuan is refused with the sums."""
    with desk(tmp_path / "a.sqlite", CREDIT) as made:
        assert state(made.promise(ask(priced("SO-1", 30_000)))) is PromiseState.CONFIRMED
        assert state(made.promise(ask(priced("SO-2", 30_000)))) is PromiseState.CONFIRMED
        refused = made.promise(ask(priced("SO-3", 1)))
        assert state(refused) is PromiseState.REFUSED
        assert refused.lines[0].refusal == "占用 100001元 超过额度 10万元 / exposure 100001 yuan over 100000 yuan"
        assert made.schedule() != []


def test_what_was_cancelled_or_amended_no_longer_counts(tmp_path):
    """Exposure falls with the order; an order that is amended doesn't stand in its own way."""
    with desk(tmp_path / "a.sqlite", CREDIT) as made:
        made.promise(ask(priced("SO-1", 60_000)))
        assert state(made.promise(ask(priced("SO-2", 1)))) is PromiseState.REFUSED
        amended = amend(made, 50_000)
        assert amended.receipt.made
        assert state(made.promise(ask(priced("SO-3", 10_000)))) is PromiseState.CONFIRMED
        more = amend(made, 50_001)
        assert not more.receipt.made
        assert more.receipt.refusal.startswith("占用 100001元")
        made.change(cancel("SO-3"))
        assert amend(made, 50_001, "again").receipt.made


def test_exposure_is_the_same_after_a_restart(tmp_path):
    """Open orders are read from the store again."""
    with desk(tmp_path / "a.sqlite", CREDIT) as made:
        made.promise(ask(priced("SO-1", 60_000)))
        made.promise(ask(priced("SO-2", 70_000)))
    with desk(tmp_path / "a.sqlite", CREDIT, import_plant=False) as made:
        assert state(made.promise(ask(priced("SO-3", 1)))) is PromiseState.REFUSED
        made.change(cancel("SO-1"))
        assert state(made.promise(ask(priced("SO-4", 60_000)))) is PromiseState.CONFIRMED


def test_a_customer_fed_at_noon_is_judged_by_the_new_figures(tmp_path):
    """Credit isn't stale: the limit rises, and the next order passes."""
    with desk(tmp_path / "a.sqlite", CREDIT) as made:
        assert state(made.promise(ask(priced("SO-1", 60_001)))) is PromiseState.REFUSED
        made.feed(Feed("feed-1", "erp", customers=(CustomerChange("ACME", credit_limit_fen=10_000_100),)))
        assert state(made.promise(ask(priced("SO-1", 60_001), "again"))) is PromiseState.CONFIRMED


def test_an_order_held_by_rules_keeps_its_place_until_a_reviewer_confirms_it(tmp_path):
    """Three overdue invoices: held for finance with its capacity, confirmed with a reason."""
    with desk(tmp_path / "a.sqlite", CREDIT, customer=replace(ACME, overdue_count=3)) as made:
        held = made.promise(ask(priced("SO-1", 100)))
        assert state(held) is PromiseState.HELD
        assert held.hold is not None
        assert held.hold.reasons == ("逾期 3 次 / 3 overdue", "财务 / finance")
        assert [reservation.order_id for reservation in made.schedule()] == ["SO-1"]
        made.change(change("SO-1", Confirm(), reason="paid in advance"))
        assert state(made.get("SO-1")) is PromiseState.CONFIRMED


def test_an_order_that_rules_cannot_tell_is_held_and_the_rule_named(tmp_path):
    """Nobody told how rough it is to be."""
    text = '规则 "粗糙度": 当 订单.数值["Ra"] > 2 则 拒绝 因为 "x"'
    with desk(tmp_path / "a.sqlite", text) as made:
        held = made.promise(ask(priced("SO-1", 100)))
        assert state(held) is PromiseState.HELD
        assert "粗糙度" in held.hold.reasons[0]


def test_rules_derive_the_priority_that_the_plan_uses(tmp_path):
    """A rush class becomes priority 2; what is worked out and is none changes nothing."""
    text = """
        事实 订单.优先级 / order.priority 为 整数
        规则 "急单": 当 订单.属性["急"] = "是" 则 设 订单.优先级 = 2
        规则 "平单": 当 有 订单.属性["急"] 且 订单.属性["急"] != "是" 则 设 订单.优先级 = 订单.行数 + 11
    """
    admission = RuleAdmission(read_rules({"f": text}))
    admission.look(replace(shop(), customers=(ACME,)), Nothing())
    rush = replace(priced("SO-1", 1), attributes=(("急", "是"),))
    assert admission.admit(rush, MONDAY).priority == 2
    assert admission.admit(replace(rush, attributes=(("急", "否"),)), MONDAY).priority is None


class Nothing:
    """No open orders."""

    def amount_fen(self, customer_id, without):
        return 0

    def count(self, customer_id, without):
        return 0

    def elsewhere(self, customer_id, without, channel_id, item_id, at_s):
        return ()

    def by_others(self, customer_id, channel_id):
        return False

    def credit_changes(self, customer_id, since_s):
        return ()

    def qualified(self, item_id, attribute):
        return None

    def follow(self):
        pass


def test_without_its_papers_an_order_is_held_and_nobody_confirms_it(tmp_path):
    """The drawing and the hardness are named; amended it may be confirmed, for the other reason that stays."""
    text = """
        规则 "图": 当 某行 满足 (物料.编号 = "cap") 则 需要单据 "图纸", 需要属性 "硬度"
        规则 "逾期": 当 客户.逾期次数 >= 3 则 转审 "财务" 因为 "逾期"
    """
    with desk(tmp_path / "a.sqlite", text, customer=replace(ACME, overdue_count=3)) as made:
        held = made.promise(ask(priced("SO-1", 1)))
        assert held.hold.missing == ("图纸", "硬度")
        assert "缺少 图纸（规则 图） / 图纸 is missing (rule 图)" in held.hold.reasons
        with pytest.raises(WrongState, match="图纸, 硬度 missing: amend the order"):
            made.change(change("SO-1", Confirm(), reason="it will come"))
        paper = (Document("图纸", "file:///drawings/cap.pdf"),)
        half = Amend(priced("SO-1", 1, documents=paper))
        assert made.change(change("SO-1", half, "half", etag=held.etag)).promise.hold.missing == ("硬度",)
        whole = Amend(priced("SO-1", 1, documents=paper, attributes=(("硬度", "HRC 58"),)))
        amended = made.change(change("SO-1", whole, "whole", etag=made.get("SO-1").etag)).promise
        assert (amended.hold.missing, amended.hold.reasons) == ((), ("逾期", "财务"))
        assert amended.lines[0].notes == ("逾期", "财务")
        assert amended.hold.expires_at == held.hold.expires_at
        confirmed = made.change(change("SO-1", Confirm(), "now", reason="paid")).promise
        assert (state(confirmed), confirmed.lines[0].notes) == (PromiseState.CONFIRMED, ())
        drawn = priced("SO-2", 1, documents=paper, attributes=(("硬度", "HRC 58"),))
        assert made.promise(ask(drawn)).hold.missing == ()


@pytest.mark.parametrize(("days", "wanted"), [(5, PromiseState.CONFIRMED), (0, PromiseState.REFUSED)])
def test_rules_about_the_promise_decide_when_it_is_known(tmp_path, days, wanted):
    """An order that would come more than an hour late is refused, and gives its place back."""
    text = '规则 "晚": 当 交期.延迟 > 1小时 则 拒绝 因为 "晚 {交期.延迟}" / "late by {promise.delay}"'
    with desk(tmp_path / "a.sqlite", text) as made:
        promise = made.promise(ask(order(days=days)))
        assert state(promise) is wanted
        assert (made.schedule() == []) is (wanted is PromiseState.REFUSED)
        if wanted is PromiseState.REFUSED:
            assert promise.lines[0].refusal == "晚 2小时 / late by 2 hours"


def test_rules_read_stock_dates_and_numbers_of_the_order(tmp_path):
    """Every fact that the vocabulary promises of an order without a plan is there, or missing for a reason."""
    text = """
        规则 "数": 当 订单.数值["Ra"] <= 1.6 且 物料.库存 = 0 且 行.要求提前期 = 5天 且 时钟.星期 = 1
            且 时钟.时刻 = 8小时 且 客户.历史订单数 = 0 且 订单.行数 = 1 则 拒绝 因为 "{订单.数值[「Ra」]}"
    """
    with desk(tmp_path / "a.sqlite", text) as made:
        rough = priced("SO-1", 1, attributes=(("Ra", "1.60"),))
        assert made.promise(ask(rough)).lines[0].refusal == "1.6"
        assert state(made.promise(ask(priced("SO-2", 1, attributes=(("Ra", "1.61"),))))) is PromiseState.CONFIRMED
        unread = made.promise(ask(priced("SO-3", 1, attributes=(("Ra", "fine"),))))
        assert state(unread) is PromiseState.CONFIRMED


def test_a_held_order_counts_until_its_hold_expires(tmp_path):
    """Exposure falls when the hold runs out."""
    with desk(tmp_path / "a.sqlite", CREDIT) as made:
        made.promise(ask(priced("SO-1", 60_000), hold_until=MONDAY + timedelta(hours=4)))
        assert state(made.promise(ask(priced("SO-2", 1)))) is PromiseState.REFUSED
        made.set_clock(MONDAY + timedelta(hours=5))
        assert state(made.promise(ask(priced("SO-3", 60_000)))) is PromiseState.CONFIRMED


CHANGED = """
规则 "变更" 级别 50: 当 客户.近三月变更 >= 2 则 转审 "财务"
    因为 "{客户.近三月变更} 次, {客户.近三月额度增减}, 原 {客户.三月前评级}"
"""
RANGE = """
规则 "超合格范围": 当 有 订单.数值["Ra"] 且 有 物料.合格上限["Ra"]
    且 (订单.数值["Ra"] > 物料.合格上限["Ra"] 或 订单.数值["Ra"] < 物料.合格下限["Ra"])
    则 转审 "工程"
    因为 "Ra {订单.数值[「Ra」]} 不在 {物料.合格下限[「Ra」]} 至 {物料.合格上限[「Ra」]}: {物料.合格报告[「Ra」]}"
"""


def test_a_number_outside_of_what_was_delivered_is_reviewed_with_the_reports_of_the_past(tmp_path):
    """Delivered with 0.8 and 1.6 and a report: 1.7 and 0.7 are new; without a report nothing counts."""

    def rough(order_id, value, report="检验报告"):
        papers = (Document(report, "file:///reports/1.pdf"),) if report else ()
        return ask(priced(order_id, 1, attributes=(("Ra", value),), documents=papers))

    with desk(tmp_path / "a.sqlite", RANGE) as made:
        for order_id, value, report in (
            ("SO-1", "0.8", "检验报告"),
            ("SO-2", "1.60", "Test Report"),
            ("SO-3", "9", ""),
        ):
            assert state(made.promise(rough(order_id, value, report))) is PromiseState.CONFIRMED
        for order_id in ("SO-1", "SO-2", "SO-3"):
            made.change(change(order_id, Close()))
        assert state(made.promise(rough("SO-4", "1.6"))) is PromiseState.CONFIRMED
    with desk(tmp_path / "a.sqlite", RANGE, import_plant=False) as made:
        told = made.promise(rough("SO-5", "1.7")).hold.reasons[0]
        assert told.startswith("Ra 1.7 不在 0.8 至 1.6: SO-1 检验报告, SO-2 Test Report")
        assert state(made.promise(rough("SO-6", "0.7"))) is PromiseState.HELD
        made.change(change("SO-5", Confirm(), reason="tried"))
        made.change(change("SO-5", Close()))
        assert state(made.promise(rough("SO-7", "1.7"))) is PromiseState.CONFIRMED


TWICE = ("2 次, -2万元, 原 A / 2 次, -20000 yuan, 原 A", "财务")


def test_limits_and_grades_that_changed_in_the_last_three_months_are_facts(tmp_path):
    """Two changes by feed and import: held; three months after the first only one counts; a new name is no change."""

    def feed(made, number, **change):
        made.feed(Feed(f"feed-{number}", "erp", customers=(CustomerChange("ACME", **change),)))

    with desk(tmp_path / "a.sqlite", CHANGED, customer=replace(ACME, grade="A")) as made:
        feed(made, 1, credit_limit_fen=8_000_000)
        feed(made, 2, receivables_fen=1, overdue_count=7, name="Acme Ltd")
        assert state(made.promise(ask(priced("SO-1", 100)))) is PromiseState.CONFIRMED
        made.set_clock(MONDAY + timedelta(days=1))
        plant = replace(shop(), customers=(replace(ACME, grade="B", credit_limit_fen=8_000_000),))
        made.import_plant(write_plant(plant), caller="planner")
        assert made.promise(ask(priced("SO-2", 100))).hold.reasons == TWICE
    with desk(tmp_path / "a.sqlite", CHANGED, import_plant=False) as made:
        assert made.promise(ask(priced("SO-3", 100))).hold.reasons == TWICE
        made.set_clock(MONDAY + timedelta(days=92))
        assert made.promise(ask(order("SO-4", days=120))).hold.reasons == TWICE
        made.set_clock(MONDAY + timedelta(days=92, seconds=1))
        assert state(made.promise(ask(order("SO-5", days=120)))) is PromiseState.CONFIRMED


OFFERS = (
    Promotion("双11", Gives.MINUS, fen=3_000, channels=frozenset({"网店"}), group="大促"),
    Promotion("满百", Gives.MINUS, fen=2_000, least_fen=10_000, group="大促"),
    Promotion("会员", Gives.PERCENT, rate=100_000, by_rule=True),
)


def bought(order_id: str, discount_yuan: int, channel: str = "网店") -> Order:
    """Caps for 240 yuan less a discount."""
    made = order(order_id, days=5)
    line = replace(made.lines[0], unit_price_fen=100, discount_fen=discount_yuan * 100)
    return replace(made, lines=(line,), channel_id=channel)


def test_a_discount_that_is_off_by_more_than_five_yuan_marks_the_order_and_holds_its_payment(tmp_path):
    """Due are 30 yuan of the group's best: 25 and 35 pass, 36 is marked; on another channel 20 are due."""
    with desk(tmp_path / "a.sqlite", "", promotions=OFFERS) as made:
        assert not made.promise(ask(bought("SO-1", 25))).payment_held
        assert not made.promise(ask(bought("SO-2", 35))).payment_held
        marked = made.promise(ask(bought("SO-3", 36)))
        assert state(marked) is PromiseState.CONFIRMED
        assert marked.payment_held
        assert marked.reviews == (Review(ReviewKind.DISCOUNT, MONDAY, 3_600, 3_000),)
        assert [(each.promotion, each.fen) for each in marked.granted] == [("双11", 3_000)]
        assert made.promise(ask(bought("SO-4", 30, "门店"))).payment_held
        assert not made.promise(ask(bought("SO-5", 20, "门店"))).payment_held


def test_rules_offer_and_forbid_promotions(tmp_path):
    """Members get 24 yuan more, and not the threshold of a hundred."""
    text = '规则 "会员日": 当 客户.编号 = "ACME" 则 允许促销 "会员", 禁止促销 "双11" 因为 "会员日"'
    with desk(tmp_path / "a.sqlite", text, promotions=OFFERS) as made:
        assert not made.promise(ask(bought("SO-1", 44))).payment_held
        granted = made.promise(ask(bought("SO-2", 54))).granted
        assert [each.promotion for each in granted] == ["会员", "满百"]


def test_the_same_item_by_two_channels_within_a_day_goes_to_review_with_the_other_order(tmp_path):
    """Bought online at noon and in the shop the next morning; a day later, or by one channel, it is no matter."""
    text = '规则 "串单": 当 物料.他渠道订单 != "" 则 转审 "市场" 因为 "{物料.编号} 另有 {物料.他渠道订单}"'
    with desk(tmp_path / "a.sqlite", text) as made:
        made.promise(ask(bought("SO-1", 0, "网店")))
        assert state(made.promise(ask(bought("SO-2", 0, "网店")))) is PromiseState.CONFIRMED
        assert state(made.promise(ask(replace(bought("SO-3", 0), channel_id="")))) is PromiseState.CONFIRMED
        made.set_clock(MONDAY + timedelta(hours=24))
        held = made.promise(ask(bought("SO-4", 0, "门店")))
        assert held.hold.reasons == ("cap 另有 SO-1, SO-2", "市场")
    with desk(tmp_path / "a.sqlite", text, import_plant=False) as made:
        made.change(cancel("SO-2"))
        assert made.promise(ask(bought("SO-5", 0, "门店"))).hold.reasons[0] == "cap 另有 SO-1"
        made.set_clock(MONDAY + timedelta(hours=24, seconds=1))
        assert state(made.promise(ask(bought("SO-6", 0, "门店")))) is PromiseState.CONFIRMED
