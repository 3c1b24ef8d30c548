"""`jiaoqi rules` on files."""

import json
import subprocess
import sys

import pytest

from rulebase.command import main
from rulebase.language.meanings import MEANINGS
from rulebase.language.vocabulary import DESK_FACTS, ENTITIES

RULES = """\
规则 "大额": 当 订单.金额 > 50万元 且 客户.评级 = "A" 则 转审 "财务" 因为 "金额 {订单.金额}"
测试 "六十万": 设定 订单.金额 = 60万元, 客户.评级 = "A" 期望 转审 "财务"
测试 "B级": 设定 订单.金额 = 60万元, 客户.评级 = "B" 期望 通过
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "credit.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_files_are_rewritten_once_and_then_stand(file, capsys):
    """The second time there is nothing to do."""
    assert main(["fmt", "--check", str(file)]) == 1
    assert main(["fmt", str(file.parent)]) == 0
    assert file.read_text(encoding="utf-8").startswith('规则 "大额":\n    当 订单.金额 > 50万元 且 客户.评级 = "A"\n')
    assert main(["fmt", "--check", str(file)]) == 0
    assert capsys.readouterr().out == f"{file} 未格式化\n"


def test_examples_are_run_and_failures_told_with_the_verdict(file, capsys):
    """Where, which expectation, and what was decided instead."""
    assert main(["--lang", "en", "test", str(file)]) == 0
    file.write_text(RULES.replace("期望 通过", '期望 拒绝, 触发 "大额"'), encoding="utf-8")
    assert main(["test", str(file), "--lang", "en"]) == 3
    assert capsys.readouterr().out.splitlines() == [
        "all 2 examples are as expected",
        f'{file}:3: example "B级" is not as expected: refuse',
        f'{file}:3: example "B级" is not as expected: fires "大额"',
        "  verdict: pass",
        "1 of 2 examples are not as expected",
    ]


def test_an_example_is_explained_with_values_and_near_misses(file, capsys):
    """Why it was decided so, and what came close."""
    assert main(["explain", str(file), "--example", "B级"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "结论: 通过",
        '  差一点：大额，只缺 客户.评级 = "A"（客户.评级 = B）',
    ]
    assert main(["--lang", "en", "explain", str(file), "--example", "六十万"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "verdict: held for review: 财务",
        "  - 金额 600000 yuan",
        "  fired: 大额 [order.amount = 600000 yuan, customer.grade = A]",
    ]


def test_facts_of_a_file_are_explained_or_refused_by_name(file, tmp_path, capsys):
    """A fact that isn't one is told with the nearest."""
    facts = tmp_path / "facts.json"
    order = {"order.amount": 60_000_000, "customer.grade": "A", "clock.now": 1_772_413_200}
    facts.write_text(json.dumps({"order": order, "lines": [{"line.quantity": 1}]}), encoding="utf-8")
    assert main(["explain", str(file), "--facts", str(facts)]) == 0
    assert capsys.readouterr().out.startswith("结论: 转人工: 财务\n")
    facts.write_text(json.dumps({"order": {"order.amout": 1}, "lines": [{}]}), encoding="utf-8")
    assert main(["explain", str(file), "--facts", str(facts)]) == 3
    assert capsys.readouterr().err.startswith("订单没有事实 'order.amout'；最接近的：order.amount")
    assert main(["--lang", "en", "explain", str(file), "--facts", str(facts)]) == 3
    assert capsys.readouterr().err.startswith("'order.amout' is no fact of an order; nearest: order.amount")
    for lines, zh, en in (
        ([{"line.quantity": "5"}], "line.quantity：'5' 不是整数（允许：", "line.quantity: '5' is not a whole number"),
        ([], '"lines" 应是', '"lines" is a list'),
        ([7], "7 不是事实的对象", "7 is no object of facts"),
    ):
        facts.write_text(json.dumps({"order": order, "lines": lines}), encoding="utf-8")
        for language, said in (("zh", zh), ("en", en)):
            assert main(["--lang", language, "explain", str(file), "--facts", str(facts)]) == 3
            assert capsys.readouterr().err.startswith(said)
    facts.write_text('{"order": {}', encoding="utf-8")
    assert main(["explain", str(file), "--facts", str(facts)]) == 3
    assert capsys.readouterr().err == f"{facts}:1:13: 不是 JSON\n"
    facts.unlink()
    assert main(["--lang", "en", "explain", str(file), "--facts", str(facts)]) == 3
    assert capsys.readouterr().err == f"the file {facts} can't be read (No such file or directory)\n"


def test_translating_a_file_twice_gives_it_back(file, capsys):
    """Into English and into Chinese again."""
    main(["fmt", str(file)])
    before = file.read_text(encoding="utf-8")
    assert main(["translate", "--to", "en", "--write", str(file)]) == 0
    assert 'when order.amount > 500000 yuan and customer.grade = "A"' in file.read_text(encoding="utf-8")
    assert main(["translate", "--to", "zh", "--write", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == before


def test_mistakes_and_missing_files_end_with_status_3(file, capsys):
    """Each on a line of its own, nothing written."""
    file.write_text('规则 "a": 当 订单.金颔 > 1元 则 通过', encoding="utf-8")
    assert main(["check", str(file)]) == 3
    assert capsys.readouterr().err == f"{file}:1:14: 订单没有“金颔”这一项；最接近的是 金额 (amount)\n"
    assert main(["--lang", "en", "check", str(file.parent / "none.rules")]) == 3
    assert capsys.readouterr().err == f"no rule files: {file.parent / 'none.rules'}\n"


def test_the_client_starts_it_without_a_server(file):
    """`jiaoqi rules check` in either language."""
    command = [sys.executable, "-m", "client.cli", "rules", "check", str(file), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "1 rules, 2 examples: nothing wrong\n")


def test_the_table_of_promotions_in_the_folder_is_checked_with_its_rules(tmp_path, capsys):
    """Two that add up, found by the folder or by the name of the file; a mistake in it at its row."""
    rules, table = tmp_path / "a.rules", tmp_path / "promotions.csv"
    rules.write_text('规则 "多": 当 订单.总数量 > 5 则 提示 "多"\n', encoding="utf-8")
    table.write_text("编号,方式,金额\nP1,满减,5\nP2,满减,6\n", encoding="utf-8")
    for given in ([str(tmp_path)], [str(rules), str(table)]):
        assert main(["--lang", "en", "check", *given]) == 0
        assert "promotions P1, P2 add up, and no group keeps them apart" in capsys.readouterr().out
    table.write_text("编号,方式,金额\nP1,满减,五\n", encoding="utf-8")
    assert main(["--lang", "en", "check", str(tmp_path)]) == 3
    assert "row 2.金额: '五' can't be read (yuan with at most two decimals)" in capsys.readouterr().err
    assert main(["check", str(tmp_path)]) == 3
    assert "row 2.金额: 读不懂 '五' (元，至多两位小数)" in capsys.readouterr().err


def test_words_are_told_with_what_they_mean_in_either_language(capsys):
    """Every fact has a meaning in both; those that rules set are marked."""
    assert main(["words"]) == 0
    chinese = capsys.readouterr().out
    assert "订单.金额\torder.amount\t金钱\t各行 数量 x 单价 - 折扣 之和\n" in chinese
    assert "订单.优先级\torder.priority\t整数 =\t由规则设定：订单的优先级，1（最高）到 9\n" in chinese
    assert main(["words", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert "订单.金额\torder.amount\tmoney\tquantity x unit price less discount, all lines\n" in english
    facts = [f"{entity.key}.{field.key}" for entity in ENTITIES for field in entity.fields]
    facts += [f"{entity}.{field.key}" for entity, fields in DESK_FACTS.items() for field in fields]
    assert list(MEANINGS) == facts
    assert len(chinese.splitlines()) == len(english.splitlines()) == len(facts)
