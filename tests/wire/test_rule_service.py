"""Rules by gRPC: drafts, versions, findings, roles."""

from datetime import timedelta
from functools import partial

import grpc
import pytest

from client.calls import CallError
from jiaoqi.v1 import promotion_pb2
from jiaoqi.v1 import rule_service_pb2 as pb
from jiaoqi.v1.promise_pb2 import OUTCOME_REFUSED
from tests.wire.conftest import MONDAY, shop
from tests.wire.test_access import callers, code_of_call
from tests.wire.test_plant_service import order
from wire.roles import Role
from wire.times import time_from_message

MANY = {"f.rules": '规则 "多" / "many": 当 订单.总数量 > 100 则 拒绝 因为 "太多" / "too many"\n'}
MORE = {"f.rules": MANY["f.rules"].replace("100", "1000")}
DOUBTFUL = {"f.rules": MANY["f.rules"] + '规则 "少": 当 订单.总数量 > 200 则 通过\n'}


def test_a_draft_is_published_and_rolled_back(running):
    """What the owner of the rules does on a day when a policy changes, twice."""
    with running.client(caller="li") as client:
        draft = client.put_rules(MANY, note="from Monday on")
        assert (draft.version.version, draft.version.etag, draft.version.note) == (1, "1-1", "from Monday on")
        assert [change.rule.en for change in draft.difference.rules] == ["many"]
        assert client.promise(order("PO-1", quantity=120)).promise.lines[0].outcome != OUTCOME_REFUSED
        published = client.publish_rules(1, reason="agreed").version
        assert (published.state, published.published_by) == (pb.RULE_STATE_PUBLISHED, "li")
        assert time_from_message(published.publish_time, "t") == MONDAY
        assert client.promise(order("PO-2", quantity=120)).promise.lines[0].refusal == "太多 / too many"
        client.publish_rules(client.put_rules(MORE).version.version)
        back = client.roll_back_rules("customers complain")
        assert (back.version.version, back.version.reason) == (1, "customers complain")
        assert [one.version for one in client.rule_versions()] == [2, 1]
        assert [one.version for one in client.rule_versions(pb.RULE_STATE_ROLLED_BACK, page_size=1)] == [2]
        found = client.rule_version(2)
        assert {file.name: file.content for file in found.files} == MORE
        assert found.difference.base_version == 1
        assert "订单.总数量 > 1000" in found.difference.rules[0].after
        assert client.rule_version().version.version == 1
        assert client.rule_version(2, 0).difference.rules[0].HasField("before") is False


def test_findings_and_failed_examples_are_told_before_and_keep_rules_from_being_published(running):
    """A contradiction, with an order that shows it; forced with a reason it goes live."""
    example = '测试 "三百": 设定 订单.总数量 = 300\n    期望 通过\n'
    files = {"f.rules": DOUBTFUL["f.rules"] + example}
    with running.client() as client:
        checked, tested = client.check_rules(files), client.test_rules(files)
        assert (checked.rule_count, tested.example_count) == (2, 1)
        finding = checked.findings[0]
        assert (finding.kind, finding.decided) == ("contradiction", True)
        assert finding.said.en == '"many" and "少" have one rank and opposite verdicts'
        assert finding.example.zh == "订单.总数量 = 201"
        failed = tested.failed[0]
        assert (failed.file, failed.line, failed.name.zh, failed.unmet[0].en) == ("f.rules", 3, "三百", "pass")
        assert "refused" in failed.decided[0].en
        version = client.put_rules(files).version.version
        assert client.check_rules(version=version).findings == checked.findings
        with pytest.raises(CallError) as refused:
            client.publish_rules(version)
        assert refused.value.code is grpc.StatusCode.FAILED_PRECONDITION
        assert (refused.value.reason, refused.value.metadata["count"]) == ("RULES_REFUSED", "2")
        answer = client.publish_rules(version, force=True, reason="the fair")
        assert (answer.version.forced_count, [one.kind for one in answer.findings]) == (2, ["contradiction"])


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda client: client.put_rules({"f.rules": "规则"}), "f.rules:1:3"),
        (lambda client: client.put_rules({"x.txt": ""}), "files.name"),
        (lambda client: client.put_rules({}), "files"),
        (lambda client: client.put_rules(MANY, note="\0"), "note"),
        (lambda client: client.put_rules(MANY, request_id="\n"), "request_id"),
        (lambda client: client.put_rules(MANY, version=-1), "version"),
        (lambda client: client.publish_rules(0), "version"),
        (lambda client: client.publish_rules(1, force=True), "reason"),
        (lambda client: client.roll_back_rules(""), "reason"),
        (lambda client: client.check_rules(MANY, version=1), "files"),
        (lambda client: list(client.rule_versions(page_size=-1)), "page_size"),
        (lambda client: list(client.rule_versions(17)), "state"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_changes_nothing(running, call, field):
    """Every refusal names its field."""
    with running.client() as client:
        with pytest.raises(CallError) as refused:
            call(client)
        assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
        assert refused.value.fields[0].field == field
        assert list(client.rule_versions()) == []


def test_what_is_not_there_is_told(running):
    """No version is in force, and there is none of that number."""
    with running.client() as client:
        for call in (client.rule_version, partial(client.publish_rules, 7), partial(client.roll_back_rules, "why")):
            assert code_of_call(call) is grpc.StatusCode.NOT_FOUND


def test_rules_are_put_in_force_by_admins_only(serve):
    """A planner may draft, sales may look, the shop floor has no business there."""
    roles = {"erp": Role.SALES, "chen": Role.PLANNER, "gate": Role.SHOP_FLOOR, "root": Role.ADMIN}
    denied = {}
    with serve(shop(), callers=callers(**roles)) as running:
        for name in roles:
            with running.client(token=f"token-of-{name}") as client:
                asked = {
                    "look": partial(lambda client: list(client.rule_versions()), client),
                    "draft": partial(client.put_rules, MANY),
                    "publish": partial(client.publish_rules, 1),
                }
                codes = {what: code_of_call(call) for what, call in asked.items()}
            denied[name] = [what for what, code in codes.items() if code is grpc.StatusCode.PERMISSION_DENIED]
    assert denied == {
        "erp": ["draft", "publish"],
        "chen": ["publish"],
        "gate": ["look", "draft", "publish"],
        "root": [],
    }


def test_a_decision_is_told_replayed_and_rehearsed(running):
    """Held by the first version, passed by the second; a third is tried on both orders before it is published."""
    held = {"f.rules": MANY["f.rules"].replace("拒绝", '转审 "财务" / "finance"')}
    with running.client() as client:
        client.publish_rules(client.put_rules(held).version.version)
        client.promise(order("PO-1", quantity=120))
        told = client.decision("PO-1", near_misses=True)
        assert (told.rule_version, told.order_version, told.verdict) == (1, 1, pb.VERDICT_REVIEW)
        assert [(rule.rule.en, rule.reason.zh) for rule in told.stages[0].fired] == [("many", "太多")]
        assert [(fact.key, fact.value.en) for fact in told.stages[0].fired[0].values] == [("order.quantity", "120")]
        client.publish_rules(client.put_rules(MORE).version.version)
        client.promise(order("PO-2", quantity=120))
        made = client.replay_decision("PO-1")
        assert (made.same, made.then, made.today.verdict) == (True, made.recorded, pb.VERDICT_PASS)
        assert [name.zh for name in made.gone] == ["多"]
        tried = client.rehearse_rules(MANY)
        assert (tried.order_count, tried.changed_count, tried.read_today_count) == (2, 2, 0)
        assert (tried.refused_count_before, tried.refused_count_after) == (0, 2)
        change = tried.changes[1]
        assert (change.order_id, change.verdict_before, change.verdict_after) == (
            "PO-2",
            pb.VERDICT_PASS,
            pb.VERDICT_REFUSE,
        )
        assert [name.en for name in change.fires] == ["many"]
        assert client.rehearse_rules(version=1, order_count=1).changes[0].verdict_after == pb.VERDICT_REVIEW
        for call in (partial(client.decision, "PO-9"), partial(client.decision, "PO-1", order_version=2)):
            assert code_of_call(call) is grpc.StatusCode.NOT_FOUND


def test_promotions_not_met_are_told_in_parts(running):
    """Three for another channel: none unless asked, the first two with how many there are, then the third."""
    table = "id,gives,amount,channels\n" + "".join(f"P{number},minus,1,web\n" for number in (1, 2, 3))
    with running.client() as client:
        version = client.put_rules({**MANY, "promotions.csv": table}).version.version
        client.publish_rules(version, force=True, reason="the fair")
        client.promise(order("PO-1", quantity=60))
        silent = client.decision("PO-1")
        assert (silent.unmet_promotion_count, list(silent.unmet_promotions)) == (0, [])
        told = client.decision("PO-1", unmet=2)
        assert told.unmet_promotion_count == 3
        assert [(one.promotion_id, one.loss, one.seen, one.needed) for one in told.unmet_promotions] == [
            (name, promotion_pb2.PROMOTION_LOSS_CHANNEL, "", "web") for name in ("P1", "P2")
        ]
        assert [one.promotion_id for one in client.decision("PO-1", unmet=2, unmet_from=2).unmet_promotions] == ["P3"]
        replayed = client.replay_decision("PO-1")
        assert replayed.then.lost_promotion_count == replayed.today.lost_promotion_count == 3
        assert list(replayed.then.lost_promotions[:2]) == list(told.unmet_promotions)
        for wrong in ({"unmet": 1001}, {"unmet": -1}, {"unmet_from": -1}):
            assert code_of_call(partial(client.decision, "PO-1", **wrong)) is grpc.StatusCode.INVALID_ARGUMENT


def test_what_is_left_of_budgets_is_listed_by_promotion_and_customer(running):
    """100 yuan and three orders in all, two of one customer; a cancelled order gives back; what is gone is told so."""
    table = (
        "id,gives,amount,customer_cap,campaign_cap,budget\nCUP,minus,30,2,3,100\nFREE,minus,1,,,\nNEW,minus,1,,,50\n"
    )
    with running.client() as client:
        assert list(client.budgets()) == []
        version = client.put_rules({**MANY, "promotions.csv": table}).version.version
        client.publish_rules(version, force=True, reason="the fair")
        for number, customer in enumerate(("ACME", "ACME", "BETA")):
            made = order(f"PO-{number}", quantity=60)
            made.customer_id, made.lines[0].unit_price_fen = customer, 1_000
            assert client.promise(made).promise.granted_promotions
        client.cancel("PO-1", reason="typed twice")
        cup = [
            pb.PromotionBudget(
                promotion_id="CUP", order_count=2, used_fen=6_000, left_count=1, left_fen=4_000, in_force=True
            ),
            *(
                pb.PromotionBudget(
                    promotion_id="CUP", customer_id=name, order_count=1, used_fen=3_000, left_count=1, in_force=True
                )
                for name in ("ACME", "BETA")
            ),
        ]
        free = pb.PromotionBudget(promotion_id="FREE", order_count=2, used_fen=200, in_force=True)
        new = pb.PromotionBudget(promotion_id="NEW", order_count=2, used_fen=200, left_fen=4_800, in_force=True)
        assert list(client.budgets(page_size=2)) == [*cup, free, new]
        assert list(client.budgets("CUP")) == cup
        client.publish_rules(client.put_rules(MANY).version.version)
        gone = pb.PromotionBudget(promotion_id="FREE", order_count=2, used_fen=200)
        assert list(client.budgets("FREE")) == [gone]
        with pytest.raises(CallError) as refused:
            list(client.budgets(page_size=-1))
        assert refused.value.fields[0].field == "page_size"


def test_health_counts_orders_and_tells_what_never_fired_for_a_month(running):
    """Two of three orders meet a rule; the other rule is told once it has been in force for 30 days."""
    two = {"f.rules": MANY["f.rules"] + '规则 "远": 当 订单.总数量 > 10万 则 提示 "远"\n'}
    with running.client() as client:
        client.publish_rules(client.put_rules(two).version.version)
        for number, quantity in enumerate((120, 60, 130)):
            client.promise(order(f"PO-{number}", quantity=quantity))
        found = client.rule_health(timed=True)
        assert (found.version, found.decided_count) == (1, 3)
        many, far = found.rules
        assert (many.rule.en, many.fired_count, many.decided_count) == ("many", 2, 3)
        assert time_from_message(many.last_fired_time, "t") == MONDAY
        assert many.mean_duration.nanos > 0
        assert (list(many.remarks), list(far.remarks), far.HasField("last_fired_time")) == ([], [], False)
        client.set_clock(MONDAY + timedelta(days=31))
        client.promise(order("PO-9", quantity=120, by=MONDAY + timedelta(days=40)))
        many, far = client.rule_health().rules
        assert (many.fired_count, list(far.remarks)) == (3, [pb.RULE_REMARK_NEVER_FIRED])
    metrics, rules = running.metrics, running.desk.rules
    metrics.show_rules(rules)
    shown = metrics.registry.get_sample_value
    assert shown("jiaoqi_rules_version") == 1
    assert shown("jiaoqi_rule_fired_total", {"version": "1", "rule": "多"}) == 3
    assert shown("jiaoqi_rule_fired_total", {"version": "1", "rule": "远"}) == 0
    fired_at = shown("jiaoqi_rule_last_fired_timestamp_seconds", {"version": "1", "rule": "多"})
    assert fired_at == (MONDAY + timedelta(days=31)).timestamp()
    mean = shown("jiaoqi_rule_decision_seconds_sum", {"version": "1"}) / 4
    assert shown("jiaoqi_rule_decision_worst_seconds", {"version": "1"}) >= mean > 0
    alone = [shown(f"jiaoqi_rule_{which}_seconds", {"version": "1", "rule": "多"}) for which in ("mean", "worst")]
    assert 0 < alone[0] <= alone[1]
    assert shown("jiaoqi_rule_decision_seconds_count", {"version": "1"}) == 4
