"""What rules decided is kept with the order, told on demand, and decided again to the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from domain.errors import NotFound
from domain.promises import LinePromise, Outcome, Promise, PromiseState
from domain.promotions import Lost, Why
from domain.rule_versions import PROMOTIONS
from domain.trade import Customer
from domain.values import replace
from promising.replaying import replay
from promising.requests import Amend
from promising.rule_requests import PublishRules, PutRules, RuleAsk, Told
from promising.rule_texts import ReadVersion
from promising.traces import PACKED_FROM, DecisionRecord, Trace, record_from, row_from
from rulebase.engine.chain import Engine
from rulebase.engine.decision import Stage
from rulebase.engine.facts import Facts
from rulebase.language.checker import check, read_rules
from rulebase.promotions.audit import basket_of
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, change, order, shop
from tests.stores import SQLITE, Places
from tests.strategies_rules import NOW_S, ZONE, RuleMaker

RULES = """
规则 "多" / "many" 级别 20: 当 订单.总数量 > 100 且 客户.评级 = "A" 则 转审 "财务" / "finance"
    因为 "{订单.总数量} 件" / "{order.quantity} pieces"
规则 "多而差" / "many and poor" 级别 30: 当 订单.总数量 > 100 且 客户.评级 = "C" 则 拒绝 因为 "差" / "poor"
规则 "晚" / "late": 当 交期.延迟 > 0天 则 转审 "销售" / "sales" 因为 "晚 {交期.延迟}" / "late by {promise.delay}"
"""
TABLE = "id,gives,amount,least_amount,budget\nP1,minus,50,100,80\nP2,minus,40,,\n"
PROMISE = Promise(order(), (LinePromise(1, "cap", 240, MONDAY, Outcome.ON_TIME, PromiseState.CONFIRMED),), MONDAY)
ACME = Customer("ACME", grade="A", credit_limit_fen=10**9)
_numbers = iter(range(10_000))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    """The shop with one customer, and the rules above in force."""
    with bench(Places(SQLITE, tmp_path)(), plant=replace(shop(), customers=(ACME,))) as opened:
        publish(opened, RULES)
        yield opened


def publish(opened: Bench, text: str, **files: str) -> int:
    def changed(what):
        return opened.desk.rules.change(RuleAsk(what, f"r-{next(_numbers)}", "chen")).version.number

    number = changed(PutRules({"f.rules": text, **files}))
    return changed(PublishRules(number, force=True, reason="so"))


def test_all_that_led_to_a_verdict_is_told_in_both_languages(desk: Bench) -> None:
    """Facts with their values, the rule that fired and why, and the rule that lacked one condition."""
    desk.desk.promise(ask(order("SO-1", days=5)))
    told = desk.desk.rules.decision("SO-1", near=True)
    assert (told.record.rules, told.record.order_version, told.verdict) == (1, 1, "review")
    admitted, approved = told.stages
    assert [(one.rule.en, one.rank, one.line, one.reason.zh) for one in admitted.fired] == [("many", 20, 0, "240 件")]
    assert {one.key: one.value.en for one in admitted.facts}["customer.grade"] == "A"
    assert {one.name.zh: one.value.zh for one in admitted.fired[0].values} == {"订单.总数量": "240", "客户.评级": "A"}
    assert admitted.reasons == (Told("240 件", "240 pieces"),)
    assert [(one.rule.en, one.lacking.en) for one in admitted.near_misses] == [
        ("many and poor", 'customer.grade = "C"')
    ]
    assert [one.key for one in approved.facts if one.line == 1] == ["promise.delay"]
    assert approved.verdict == "pass"
    assert desk.desk.rules.decision("SO-1").stages[0].near_misses == ()


def test_a_refusal_and_an_amendment_have_records_and_what_rules_did_not_decide_has_none(desk: Bench) -> None:
    """A refused order, an amended one with a record for each version, a cancelled one, an order that isn't there."""
    publish(desk, RULES.replace('转审 "财务" / "finance"', "拒绝"))
    assert desk.desk.promise(ask(order("SO-1"))).refused
    assert desk.desk.rules.decision("SO-1").verdict == "refuse"
    desk.desk.promise(ask(order("SO-2", quantity=60, days=5)))
    etag = desk.desk.get("SO-2").etag
    desk.desk.change(change("SO-2", Amend(order("SO-2", quantity=80, days=5)), etag=etag))
    desk.desk.change(cancel("SO-2"))
    versions = [desk.desk.rules.decision("SO-2", version).record for version in (0, 1, 2)]
    assert [record.order_version for record in versions] == [2, 1, 2]
    assert [record.stages[0].order["order.quantity"] for record in versions[1:]] == [60, 80]
    for name, version in (("SO-2", 3), ("SO-9", 0)):
        with pytest.raises(NotFound):
            desk.desk.rules.decision(name, version)


def test_quotes_leave_no_record(desk: Bench) -> None:
    """Nothing is stored that nobody was promised; and the record of the next order is its own."""
    desk.desk.quote(ask(order("Q-1", days=5)))
    desk.desk.promise(ask(order("SO-1", quantity=60, days=5)))
    assert [record_from(1, rules, content).order_id for _, rules, content in desk.store.decisions(0, 9)] == ["SO-1"]


def test_a_replay_says_the_same_by_the_rules_of_then_and_the_difference_by_those_of_today(desk: Bench) -> None:
    """The limit is raised to 500 and a rule reads the region, which nobody read then: it is read as it is today."""
    desk.desk.promise(ask(order("SO-1", days=5)))
    publish(desk, RULES.replace("> 100", "> 500") + '规则 "本地": 当 客户.地区 = "" 则 提示 "本地"\n')
    desk.crash()
    made = desk.desk.rules.replay("SO-1")
    assert made.same
    assert (made.recorded.rules, made.then.verdict, made.then.fired) == (1, "review", (("多", 0, 20),))
    assert (made.today.rules, made.today.verdict, made.today.fired) == (2, "pass", (("本地", 0, 0),))
    assert made.read_today == ("customer.region",)


def test_promotions_are_replayed_as_far_as_they_were_used_then(desk: Bench) -> None:
    """A budget of 80 yuan gives 50 to the first order; the second one gets the other promotion, also in the replay."""
    publish(desk, RULES, **{PROMOTIONS: TABLE})
    for name in ("SO-1", "SO-2"):
        made = order(name, quantity=60, days=5)
        priced = replace(made, lines=(replace(made.lines[0], unit_price_fen=1000),))
        desk.desk.promise(ask(priced))
    first, second = (desk.desk.rules.replay(name) for name in ("SO-1", "SO-2"))
    assert (first.same, second.same) == (True, True)
    assert second.recorded.granted == second.then.granted != first.then.granted
    due = second.record.due
    assert due is not None
    assert (due.given_fen, due.used["P1"]) == (0, (1, 1, 5000))
    desk.crash()
    assert desk.desk.rules.replay("SO-2").same


def test_promotions_are_chosen_by_the_policy_of_then_also_in_a_replay(desk: Bench) -> None:
    """For the margin 40 yuan of the group instead of 50, told so; by today's policy, for the customer, it is 50."""
    table = "id,gives,amount,group\nP1,minus,50,g\nP2,minus,40,g\n"
    policy = '规则 "按毛利" / "for the margin": 当 渠道.编号 = "" 则 设 订单.促销取舍 = "毛利"\n'
    publish(desk, RULES + policy, **{PROMOTIONS: table})
    priced = replace(order(quantity=60, days=5).lines[0], unit_price_fen=1000)
    promised = desk.desk.promise(ask(replace(order("SO-1", days=5), lines=(priced,))))
    assert [(one.promotion, one.fen) for one in promised.granted] == [("P2", 4000)]
    assert promised.lost == (Lost("P1", Why.GROUP_FOR_MARGIN, "g", "P2"),)
    publish(desk, RULES, **{PROMOTIONS: table})
    desk.crash()
    told = desk.desk.rules.decision("SO-1").stages[0]
    assert [(one.name.zh, one.value.zh) for one in told.derived] == [("订单.促销取舍", "毛利")]
    made = desk.desk.rules.replay("SO-1")
    assert (made.same, made.then.granted, made.today.granted) == (True, (("P2", 4000),), (("P1", 5000),))
    assert made.today.lost == (Lost("P2", Why.GROUP, "g", "P1"),)
    publish(desk, RULES + '事实 订单.促销取舍 / order.promotion_choice 为 文字 默认 "margin"\n', **{PROMOTIONS: table})
    made = desk.desk.rules.replay("SO-1")
    assert (made.same, made.today.granted) == (True, (("P2", 4000),))


def test_promotions_that_an_order_did_not_meet_are_told_as_they_were_then(desk: Bench) -> None:
    """Below the threshold, by another channel, barred by a rule; when asked only, and the same after a new version."""
    bars = RULES + '规则 "禁": 当 订单.总数量 < 100 则 禁止促销 "P2" 因为 "少"\n'
    publish(
        desk,
        bars,
        **{PROMOTIONS: "id,gives,amount,least_amount,channels\nP1,minus,50,1000,\nP2,minus,1,,\nP3,minus,1,,web\n"},
    )
    made = order("SO-1", quantity=60, days=5)
    desk.desk.promise(ask(replace(made, lines=(replace(made.lines[0], unit_price_fen=1000),))))
    publish(desk, RULES, **{PROMOTIONS: TABLE})
    wanted = (Lost("P1", Why.AMOUNT, "60000", "100000"), Lost("P2", Why.BARRED), Lost("P3", Why.CHANNEL, "", "web"))
    assert desk.desk.get("SO-1").lost == desk.desk.rules.decision("SO-1").unmet == ()
    assert desk.desk.rules.decision("SO-1", unmet=True).unmet == wanted
    replayed = desk.desk.rules.replay("SO-1")
    assert (replayed.same, replayed.recorded.lost, replayed.then.lost) == (True, (), wanted)
    assert replayed.today.granted == (("P1", 5000), ("P2", 4000))
    assert replayed.today.lost == ()


# Random rules and orders.


def test_a_record_replayed_by_its_rules_gives_the_stored_verdict_whatever_they_are() -> None:
    """60 sets of up to 12 rules, 12 orders each: outcome, rules fired, rules untold, conflicts, what was set."""
    verdicts: set[str] = set()
    for seed in range(60):
        maker = RuleMaker(Random(seed))
        rule_set = check({"f": maker.file(1 + seed % 12)})
        read = ReadVersion(rule_set, ())
        engines = [Engine(rule_set, ZONE, stage) for stage in (Stage.ADMIT, Stage.APPROVE)]
        for number in range(12):
            facts = maker.facts()
            record = stored(engines, facts, number)
            made = replay(record, PROMISE, read, 1, read, lambda engine, facts=facts: facts)
            assert made.same, f"seed {seed}: {facts}"
            assert made.today.verdict == made.recorded.verdict
            verdicts.add(made.recorded.verdict)
    assert verdicts == {"pass", "review", "refuse"}


def stored(engines: list[Engine], facts: Facts, number: int) -> DecisionRecord:
    """What is kept of an order decided by both engines, as the store gives it back."""
    trace = Trace("SO-1", 1, NOW_S, "Asia/Shanghai")
    for engine in engines:
        numbers = [3 * place + 1 for place in range(len(facts.lines))]
        trace.stages[engine.stage.value] = (numbers, engine.decide(facts))
    row = trace.row(number)
    assert row_from(number, 1, row.content) == row
    record = record_from(1, 1, row.content)
    for stage, engine in zip(record.stages, engines, strict=True):
        assert {key: stage.order[key] for key in engine.order.keys} == {
            key: facts.order.get(key) for key in engine.order.keys
        }
        assert [{key: line[key] for key in engine.line.keys} for line in stage.lines] == [
            {key: line.get(key) for key in engine.line.keys} for line in facts.lines
        ]
    return record


def test_a_record_of_the_first_format_is_read_as_before() -> None:
    """Facts by key, those of lines as columns: what stores of earlier versions hold."""
    stage = {
        "outcome": "pass",
        "fired": [["r", 1, 7]],
        "order": {"channel.id": "C1"},
        "lines": {"line.quantity": [3, 4]},
    }
    document = {"format": 1, "order": "SO-1", "at": 5, "zone": "UTC", "us": 9, "admit": {**stage, "numbers": [1, 2]}}
    (read,) = record_from(1, 1, b"\x00" + json.dumps(document).encode()).stages
    assert (read.order, read.lines) == ({"channel.id": "C1"}, ({"line.quantity": 3}, {"line.quantity": 4}))
    assert (read.fired, read.numbers) == ((("r", 1, 7),), (1, 2))


def test_a_record_of_many_lines_is_packed() -> None:
    """200 lines with promotions take no more room than a short record may, and come back whole."""
    made = order("SO-1", quantity=1, days=9)
    lines = tuple(replace(made.lines[0], line_no=number) for number in range(1, 201))
    engine = Engine(read_rules({"f": RULES}), ZONE, Stage.ADMIT)
    facts = Facts({"order.quantity": 200, "customer.grade": "A"}, ({},) * 200)
    trace = Trace("SO-1", 1, NOW_S, "Asia/Shanghai")
    trace.stages["admit"] = (list(range(1, 201)), engine.decide(facts))
    many = replace(made, lines=lines)
    trace.saw(many, partial(basket_of, many, replace(shop(), customers=(ACME,)), MONDAY.date()))
    row = trace.row(1)
    assert len(row.content) < PACKED_FROM
    record = record_from(1, 1, row.content)
    assert (len(record.stages[0].lines), record.stages[0].fired) == (200, (("多", -1, 20),))
    assert record.due is not None
    assert [line[0] for line in record.due.lines] == list(range(1, 201))


def test_a_killed_desk_counts_nothing_twice_and_loses_nothing(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written every second decision: seven orders are counted seven times, before the kill and after it."""
    monkeypatch.setattr("promising.rule_counts.WRITE_EVERY", 2)
    for number in range(7):
        desk.desk.promise(ask(order(f"SO-{number}", quantity=240 if number % 2 else 60, days=9)))
    before = desk.desk.rules.counts()
    assert [(row.rule, row.fired) for row in before] == [("", 7), ("多", 3)]
    assert {row.event for row in desk.store.rule_counts()} < {row[0] for row in desk.store.decisions(0, 9)}
    desk.crash()
    assert [(row.rule, row.fired, row.last_s) for row in desk.desk.rules.counts()] == [
        (row.rule, row.fired, row.last_s) for row in before
    ]
