"""`jiaoqi rules` on the server, as the owner of the rules uses it."""

import json
import re

MANY = '规则 "多" / "many": 当 订单.总数量 > 1000 则 拒绝 因为 "太多" / "too many"\n'


def test_rules_are_put_reviewed_published_and_rolled_back(jiaoqi, tmp_path):
    """From a file to what decides, and back."""
    file = tmp_path / "credit.rules"
    file.write_text(MANY)
    put = jiaoqi("rules", "put", str(tmp_path), "--note", "first")
    assert "Version 1: draft, etag 1-1" in put.out
    assert "+ many" in put.out
    assert "1 rules, 0 examples: 0 findings" in jiaoqi("rules", "review", "1").out
    assert "Version 1: in force, etag 1-2" in jiaoqi("rules", "publish", "1", "--etag", "1-1").out
    refused = jiaoqi("quote", "cap", "2000", "--by", "2026-03-06", "--customer", "C-1")
    assert (refused.status, "too many" in refused.out) == (3, True)
    file.write_text(MANY.replace("1000", "10万").replace("10万", "100000"))
    assert jiaoqi("rules", "put", str(file)).status == 0
    assert jiaoqi("rules", "publish", "2", "--reason", "by the board").status == 0
    shown = jiaoqi("rules", "show", "2", "--files", "--lang", "zh").out
    assert "发布: by the board" in shown
    assert "~ 多" in shown
    assert re.search(r"\+ .*100000", shown)
    assert "# credit.rules" in shown
    back = jiaoqi("rules", "rollback", "--reason", "too lax")
    assert "Version 1: in force" in back.out
    listed = json.loads(jiaoqi("rules", "list", "--json").out)
    assert [(one["version"], one["state"]) for one in listed] == [
        (2, "RULE_STATE_ROLLED_BACK"),
        (1, "RULE_STATE_PUBLISHED"),
    ]
    assert "rolled back" in jiaoqi("rules", "list").out


def test_a_version_that_changes_only_a_promotion_says_so(jiaoqi, tmp_path):
    """The old row and the new one; and where only a comment is new, that."""
    (tmp_path / "a.rules").write_text(MANY)
    table = tmp_path / "promotions.csv"
    table.write_text("编号,方式,金额\n满减,满减,10\n")
    number = json.loads(jiaoqi("rules", "put", str(tmp_path), "--json").out)["version"]["version"]
    assert jiaoqi("rules", "publish", str(number)).status == 0
    table.write_text("编号,方式,金额\n满减,满减,12\n")
    told = jiaoqi("rules", "put", str(tmp_path)).out
    assert "  ~ promotion 满减\n      - gives minus, amount 10\n      + gives minus, amount 12\n" in told
    shown = jiaoqi("rules", "show", str(number + 1), "--lang", "zh").out
    assert "  ~ 促销 满减\n      - 方式 满减, 金额 10\n      + 方式 满减, 金额 12\n" in shown
    table.write_text("编号,方式,金额\n满减,满减,10\n")
    (tmp_path / "a.rules").write_text("# why\n" + MANY)
    assert "only examples, comments or layout differ" in jiaoqi("rules", "put", str(tmp_path)).out


def test_mistakes_and_findings_are_told_with_their_places(jiaoqi, tmp_path):
    """A wrong word by line and column; what speaks against a version; no files at all."""
    file = tmp_path / "a.rules"
    file.write_text(MANY.replace("总数量", "总数两"))
    wrong = jiaoqi("rules", "put", str(file))
    assert (wrong.status, "a.rules:1:" in wrong.err, "总数量" in wrong.err) == (1, True, True)
    assert '订单没有“总数两”这一项 / there is no "总数两" of order' in wrong.err
    file.write_text(MANY.replace("多", "多多").replace("many", "so many") + '规则 "都行": 当 订单.总数量 > 0 则 通过\n')
    number = json.loads(jiaoqi("rules", "put", str(file), "--json").out)["version"]["version"]
    review = jiaoqi("rules", "review", str(number))
    assert review.status == 3
    assert '"so many" and "都行" have one rank and opposite verdicts; example: order.quantity = 1001' in review.out
    refused = jiaoqi("rules", "publish", str(number))
    assert (refused.status, "opposite verdicts" in refused.err) == (1, True)
    assert jiaoqi("rules", "put", str(tmp_path / "none.rules")).status == 2
    assert jiaoqi("rules", "put", str(tmp_path / "a.rules"), "--validate-only").status == 0


def test_why_an_order_was_decided_so_is_told_in_both_languages(jiaoqi, tmp_path):
    """With the rule that lacked one condition; replayed, and tried with a draft on the last orders."""
    (tmp_path / "a.rules").write_text(
        '规则 "新客" / "new": 当 订单.总数量 > 5 则 转审 "销售" / "sales" 因为 "新客户" / "a new customer"\n'
        '规则 "大单" / "large": 当 订单.总数量 > 5 且 渠道.编号 = "web" 则 转审 "厂长" / "boss" 因为 "大" / "large"\n'
    )
    number = json.loads(jiaoqi("rules", "put", str(tmp_path), "--json").out)["version"]["version"]
    assert jiaoqi("rules", "publish", str(number)).status == 0
    assert jiaoqi("promise", "cap", "10", "--by", "2026-03-06", "--order", "W-1", "--customer", "C-1").status == 0
    told = jiaoqi("order", "show", "W-1", "--why").out
    assert f"Rules: held for review (rules {number}, version 1 of the order" in told
    assert "fired: new" in told
    assert "[order.quantity = 10]" in told
    assert "- a new customer" in told
    assert 'near: large lacks only channel.id = "web" (channel.id = )' in told
    chinese = jiaoqi("order", "show", "W-1", "--why", "--lang", "zh").out
    assert "规则:转人工" in chinese
    assert '差一点:大单,只缺 渠道.编号 = "web"(渠道.编号 = )' in chinese
    replayed = jiaoqi("rules", "replay", "W-1")
    assert (replayed.status, "The rules of then say the same again." in replayed.out) == (0, True)
    health = jiaoqi("rules", "health", "--timed").out
    assert re.search(r"new\s.*1\s.*1\s.*2026-03-02", health)
    draft = json.loads(jiaoqi("rules", "put", _other(tmp_path), "--json").out)["version"]["version"]
    tried = jiaoqi("rules", "rehearse", str(draft), "10").out
    assert "1 orders, 1 of them would change." in tried
    assert "W-1: held for review → pass -new" in tried
    assert jiaoqi("rules", "rehearse", "1", "2", "3").status == 2


def test_what_a_draft_changes_but_the_verdict_is_told_too(jiaoqi, tmp_path):
    """Priorities and discounts, in sum and for each order; and why today's rules would hold it."""
    file, table = tmp_path / "a.rules", tmp_path / "promotions.csv"
    file.write_text(MANY)
    number = json.loads(jiaoqi("rules", "put", str(tmp_path), "--json").out)["version"]["version"]
    jiaoqi("rules", "publish", str(number))
    line = {"line_no": 1, "item_id": "cap", "quantity": 10, "unit_price_fen": 1000}
    line["requested_time"] = "2026-03-06T09:00:00Z"
    (tmp_path / "order.json").write_text(json.dumps({"id": "W-2", "customer_id": "C-2", "lines": [line]}))
    assert jiaoqi("promise", "--file", str(tmp_path / "order.json")).status == 0
    file.write_text(MANY + '规则 "急" / "rush": 当 订单.总数量 > 5 则 设 订单.优先级 = 2\n')
    table.write_text("编号,方式,金额\n满减,满减,12.5\n")
    draft = json.loads(jiaoqi("rules", "put", str(tmp_path), "--json").out)["version"]["version"]
    tried = jiaoqi("rules", "rehearse", str(draft), "1").out
    assert "  priority - → 2: 1 orders\n" in tried
    assert "  W-2: pass → pass, priority - → 2, discount 0.00 → 12.50 +rush\n" in tried
    assert (
        "  W-2: 通过 → 通过, 优先级 - → 2, 优惠 0.00 → 12.50 +急\n"
        in jiaoqi("rules", "rehearse", str(draft), "1", "--lang", "zh").out
    )
    table.unlink()
    file.write_text('规则 "糙" / "rough": 当 订单.数值["Ra"] > 3.2 则 拒绝 因为 "糙" / "rough"\n')
    draft = json.loads(jiaoqi("rules", "put", str(tmp_path), "--json").out)["version"]["version"]
    assert jiaoqi("rules", "publish", str(draft)).status == 0
    replayed = jiaoqi("rules", "replay", "W-2").out
    assert f"by those of today ({draft}): held for review [-]\n    - rule rough can't be told" in replayed


def _other(folder) -> str:
    file = folder / "other.rules"
    file.write_text('规则 "新客" / "new": 当 订单.总数量 > 5000 则 转审 "销售" / "sales" 因为 "新" / "new"\n')
    return str(file)
