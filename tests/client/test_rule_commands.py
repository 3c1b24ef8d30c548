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


def test_mistakes_and_findings_are_told_with_their_places(jiaoqi, tmp_path):
    """A wrong word by line and column; what speaks against a version; no files at all."""
    file = tmp_path / "a.rules"
    file.write_text(MANY.replace("总数量", "总数两"))
    wrong = jiaoqi("rules", "put", str(file))
    assert (wrong.status, "a.rules:1:" in wrong.err, "总数量" in wrong.err) == (1, True, True)
    file.write_text(MANY.replace("多", "多多").replace("many", "so many") + '规则 "都行": 当 订单.总数量 > 0 则 通过\n')
    number = json.loads(jiaoqi("rules", "put", str(file), "--json").out)["version"]["version"]
    review = jiaoqi("rules", "review", str(number))
    assert review.status == 3
    assert '"so many" and "都行" have one rank and opposite verdicts; example: order.quantity = 1001' in review.out
    refused = jiaoqi("rules", "publish", str(number))
    assert (refused.status, "opposite verdicts" in refused.err) == (1, True)
    assert jiaoqi("rules", "put", str(tmp_path / "none.rules")).status == 2
    assert jiaoqi("rules", "put", str(tmp_path / "a.rules"), "--validate-only").status == 0
