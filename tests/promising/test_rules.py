"""The life of rules: drafted, published, rolled back; what is in force decides, also after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import InvalidInput, NotFound, RequestIdReused, RulesRefused, StaleEtag, WrongState
from domain.promises import EventKind, PromiseState
from domain.rule_versions import PROMOTIONS, RuleState
from domain.values import replace
from promising.rule_requests import PublishRules, PutRules, RollBackRules, RuleAsk, Told
from rulebase.language import checker
from tests.promising.desks import MONDAY, Bench, Call, ask, bench, order
from tests.stores import SQLITE, Places

MANY = '规则 "多" / "many": 当 订单.总数量 > 100 则 拒绝 因为 "{订单.总数量} 件太多" / "{order.quantity} pieces"\n'
MORE = MANY.replace("100", "1_000")
REVIEW = '规则 "新客" / "new customer": 当 订单.总数量 > 0 则 转审 "销售" / "sales" 因为 "新客户" / "a new customer"\n'
_numbers = iter(range(10_000))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """The shop on a file: what another database does with versions is shown where stores are tested."""
    with bench(Places(SQLITE, tmp_path)()) as opened:
        yield opened


def rules(change, request_id: str = "", caller: str = "chen", **terms) -> RuleAsk:
    return RuleAsk(change, request_id or f"rules-{next(_numbers)}", caller, **terms)


def put(shop: Bench, text: str, name: str = "f.rules") -> int:
    """A draft of one file."""
    return shop.desk.rules.change(rules(PutRules({name: text}))).version.number


def published(shop: Bench, text: str) -> int:
    """A version of one file, in force."""
    number = put(shop, text)
    shop.desk.rules.change(rules(PublishRules(number)))
    return number


def state(shop: Bench, order_id: str, quantity: int = 240) -> PromiseState:
    return shop.desk.promise(ask(order(order_id, quantity=quantity, days=5))).lines[0].state


def test_a_draft_decides_nothing_until_it_is_published(shop: Bench) -> None:
    """240 pieces pass beside the draft, and are refused by the version; who published it and when stands there."""
    number = put(shop, MANY)
    assert state(shop, "SO-1") is PromiseState.CONFIRMED
    answer = shop.desk.rules.change(rules(PublishRules(number, reason="as agreed"), caller="li"))
    refused = shop.desk.promise(ask(order("SO-2", days=5)))
    assert refused.lines[0].refusal == "240 件太多 / 240 pieces"
    version = shop.desk.rules.version(0)
    assert version == answer.version
    assert (version.number, version.state, version.base) == (1, RuleState.PUBLISHED, 0)
    assert (version.author, version.published_by, version.published_at) == ("chen", "li", MONDAY)
    events = [event for event in shop.desk.events() if event.kind.startswith("rules")]
    assert [(event.kind, event.actor, event.reason, event.detail) for event in events] == [
        (EventKind.RULES_DRAFTED, "chen", "", "version 1 (1 rules added, 0 changed, 0 removed)"),
        (EventKind.RULES_PUBLISHED, "li", "as agreed", "version 1 (1 rules added, 0 changed, 0 removed)"),
    ]


def test_what_is_in_force_decides_after_a_restart(shop: Bench) -> None:
    """A killed desk comes back with the version that it had."""
    published(shop, MANY)
    shop.crash()
    assert (shop.desk.rules.in_force, state(shop, "SO-1")) == (1, PromiseState.REFUSED)


def test_a_version_tells_what_it_changes_rule_by_rule_and_line_by_line(shop: Bench) -> None:
    """One limit is raised, one rule comes; a comment is no change of a rule."""
    published(shop, MANY)
    number = put(shop, "# from Monday on\n" + MORE + REVIEW)
    told = shop.desk.rules.difference(1, number)
    assert told.counts == (1, 1, 0)
    changed, added = told.rules
    assert (changed.name.zh, added.name.en) == ("多", "new customer")
    assert changed.before is not None
    assert changed.after is not None
    assert "订单.总数量 > 100\n" in changed.before.zh
    assert "订单.总数量 > 1_000\n" in changed.after.zh.replace("1000", "1_000")
    assert "order.quantity > 1000\n" in changed.after.en
    assert added.before is None
    assert "+# from Monday on" in told.text.splitlines()
    assert shop.desk.rules.difference(number, 1).counts == (0, 1, 1)


def test_a_version_tells_which_promotions_and_declared_facts_it_changes(shop: Bench) -> None:
    """One promotion is raised, one goes, one comes; a fact gets a default; the rules are the same."""
    fact = "事实 订单.优先级 / order.priority 为 整数"
    for text, table in (
        (fact, "P1,minus,5,\nP2,percent,,10%\n"),
        (f"{fact} 默认 3", "P1,minus,6,\nP3,percent,,12.5%\n"),
    ):
        files = {"f.rules": MANY + text, PROMOTIONS: "id,gives,amount,rate\n" + table}
        number = shop.desk.rules.change(rules(PutRules(files))).version.number
        shop.desk.rules.change(rules(PublishRules(number, force=True, reason="so")))
    told = shop.desk.rules.difference(1, number)
    assert told.counts == (0, 0, 0)
    assert [(one.name.zh, one.before, one.after) for one in told.promotions] == [
        ("P1", Told("方式 满减, 金额 5", "gives minus, amount 5"), Told("方式 满减, 金额 6", "gives minus, amount 6")),
        ("P3", None, Told("方式 折扣, 比例 12.5%", "gives percent, rate 12.5%")),
        ("P2", Told("方式 折扣, 比例 10%", "gives percent, rate 10%"), None),
    ]
    (changed,) = told.facts
    assert changed.name == Told("订单.优先级", "order.priority")
    english = "fact order.priority / 订单.优先级 as count"
    assert (changed.before, changed.after) == (Told(fact, english), Told(f"{fact} 默认 3", f"{english} default 3"))
    assert told.in_short == (
        "0 rules added, 0 changed, 0 removed; 0 facts added, 1 changed, 0 removed; "
        "1 promotions added, 1 changed, 1 removed"
    )


def test_a_rolled_back_version_decides_no_more_and_can_be_had_again(shop: Bench) -> None:
    """From the second to the first, and, as that was wrong, to the second again by its number."""
    published(shop, MANY)
    published(shop, MORE)
    assert state(shop, "SO-1") is PromiseState.CONFIRMED
    with pytest.raises(InvalidInput, match="reason"):
        shop.desk.rules.change(rules(RollBackRules()))
    shop.desk.rules.change(rules(RollBackRules(reason="customers complain")))
    assert state(shop, "SO-2") is PromiseState.REFUSED
    first, second = shop.desk.rules.versions()
    assert (first.state, second.state) == (RuleState.PUBLISHED, RuleState.ROLLED_BACK)
    assert (second.ended_by, second.ended_at, second.ended_reason) == ("chen", MONDAY, "customers complain")
    with pytest.raises(WrongState, match="only what was in force before"):
        shop.desk.rules.change(rules(RollBackRules(reason="again")))
    shop.desk.rules.change(rules(RollBackRules(2, "they did not")))
    assert state(shop, "SO-3") is PromiseState.CONFIRMED
    assert shop.desk.events()[-2].kind is EventKind.RULES_ROLLED_BACK


def test_rules_with_findings_or_failing_examples_are_published_only_by_force_and_with_a_reason(shop: Bench) -> None:
    """Pass and refuse at one rank, and an example that is wrong."""
    wrong = MANY + '规则 "少": 当 订单.总数量 > 200 则 通过\n测试 "两百": 设定 订单.总数量 = 200\n    期望 通过\n'
    number = put(shop, wrong)
    with pytest.raises(RulesRefused) as refused:
        shop.desk.rules.change(rules(PublishRules(number)))
    assert refused.value.found == (
        '“多”与“少”级别相同而结论相反 / "many" and "少" have one rank and opposite verdicts',
        '测试“两百”不符合 / example "两百" fails',
    )
    with pytest.raises(InvalidInput, match="reason"):
        shop.desk.rules.change(rules(PublishRules(number, force=True)))
    assert shop.desk.rules.in_force == 0
    forced = shop.desk.rules.change(rules(PublishRules(number, force=True, reason="the fair ends today")))
    assert (forced.version.forced, forced.version.reason) == (2, "the fair ends today")
    assert forced.review is not None
    assert [one.unmet[0].en for one in forced.review.failed] == ["pass"]


def test_mistakes_are_told_with_file_line_and_column_and_nothing_is_kept(shop: Bench) -> None:
    """A wrong word, a wrong cell of the promotions, a file that is none."""
    with pytest.raises(InvalidInput) as refused:
        put(shop, "\n" + MANY.replace("订单.总数量 >", "订单.总数良 >"))
    assert refused.value.violations[0].field.startswith("f.rules:2:")
    assert "总数量" in refused.value.violations[0].allowed
    with pytest.raises(InvalidInput, match=r"promotions\.csv:row 2\.amount"):
        put(shop, "id,gives,amount\nP1,minus,much\n", PROMOTIONS)
    with pytest.raises(InvalidInput, match=r"files\.name"):
        put(shop, MANY, "rules.txt")
    assert shop.desk.rules.versions() == []


def test_who_drafts_upon_what_was_replaced_must_look_again(shop: Bench) -> None:
    """Two people draft; the second one would undo what the first published."""
    one, other = put(shop, MANY), put(shop, REVIEW)
    shop.desk.rules.change(rules(PublishRules(one)))
    with pytest.raises(WrongState, match="drafted upon version 0, and 1 is in force"):
        shop.desk.rules.change(rules(PublishRules(other)))
    again = shop.desk.rules.change(rules(PutRules({"f.rules": MANY + REVIEW}, other, "2-1")))
    assert (again.version.base, again.version.etag) == (1, "2-2")
    shop.desk.rules.change(rules(PublishRules(other, "2-2")))
    assert state(shop, "SO-1", 10) is PromiseState.HELD


def test_a_draft_that_was_changed_since_is_not_published(shop: Bench) -> None:
    """By its etag; and what is no draft is neither put again nor published."""
    number = put(shop, MANY)
    shop.desk.rules.change(rules(PutRules({"f.rules": MORE}, number)))
    with pytest.raises(StaleEtag, match="version of the rules '1' is at etag '1-2', not '1-1'"):
        shop.desk.rules.change(rules(PublishRules(number, "1-1")))
    shop.desk.rules.change(rules(PublishRules(number, "1-2")))
    for change in (PublishRules(number), PutRules({"f.rules": REVIEW}, number)):
        with pytest.raises(WrongState, match="only a draft"):
            shop.desk.rules.change(rules(change))
    with pytest.raises(NotFound):
        shop.desk.rules.change(rules(PublishRules(9)))


def test_a_retry_is_answered_as_before_and_the_same_files_make_no_second_draft(shop: Bench) -> None:
    """Also after others published; the id with another content is refused."""
    first = rules(PutRules({"f.rules": MANY}), "put-1")
    assert shop.desk.rules.change(first).version.number == 1
    assert shop.desk.rules.change(first).version.number == 1
    assert put(shop, MANY) == 1
    publish = rules(PublishRules(1), "publish-1")
    shop.desk.rules.change(publish)
    published(shop, MORE)
    assert shop.desk.rules.change(publish).version.number == 1
    assert shop.desk.rules.in_force == 2
    with pytest.raises(RequestIdReused):
        shop.desk.rules.change(replace(publish, change=PublishRules(2)))
    assert put(shop, MORE) == 2


def test_a_trial_changes_nothing(shop: Bench) -> None:
    """`validate_only` tells the version that would be, with what it changes and what was found."""
    trial = shop.desk.rules.change(rules(PutRules({"f.rules": MANY}), validate_only=True))
    assert (trial.version.number, trial.difference.counts) == (1, (1, 0, 0))
    assert shop.desk.rules.versions() == []
    put(shop, MANY)
    told = shop.desk.rules.change(rules(PublishRules(1), validate_only=True))
    assert told.version.state is RuleState.PUBLISHED
    assert (shop.desk.rules.in_force, shop.desk.rules.version(1).state) == (0, RuleState.DRAFT)


def test_an_order_that_is_being_decided_finishes_on_the_version_it_began_with(shop: Bench) -> None:
    """A publication waits for the batch that is under way, and counts from the next on."""
    number = put(shop, MANY)
    shop.gate.close()
    first = Call(lambda: state(shop, "SO-1"))
    assert shop.gate.reached.wait(30)
    publishing = Call(lambda: shop.desk.rules.change(rules(PublishRules(number))))
    second = Call(lambda: (publishing.result(), state(shop, "SO-2"))[1])
    shop.gate.open()
    assert (first.result(), second.result()) == (PromiseState.CONFIRMED, PromiseState.REFUSED)


def test_a_publication_that_was_not_written_decides_nothing(shop: Bench) -> None:
    """The disk is full: the version stays a draft, and the old rules decide."""
    number = put(shop, MANY)
    shop.store.faults = ["before"]
    with pytest.raises(Exception, match="disk is full"):
        shop.desk.rules.change(rules(PublishRules(number)))
    assert (shop.desk.rules.in_force, state(shop, "SO-1")) == (0, PromiseState.CONFIRMED)


def test_a_publication_whose_outcome_nobody_knows_is_read_from_the_store(shop: Bench) -> None:
    """It was written, and the answer was lost: it decides, and the retry is told so."""
    number = put(shop, MANY)
    shop.store.faults = ["after"]
    publish = rules(PublishRules(number), "lost")
    with pytest.raises(Exception, match="connection broke"):
        shop.desk.rules.change(publish)
    assert (shop.desk.rules.in_force, state(shop, "SO-1")) == (1, PromiseState.REFUSED)
    assert shop.desk.rules.change(publish).version.state is RuleState.PUBLISHED


def test_what_the_server_was_started_with_is_a_version_until_somebody_publishes_another(shop: Bench) -> None:
    """The same files again are no new version, other files are; after a publication they aren't taken."""
    seed = shop.desk.rules.seed
    assert [seed({"f.rules": text}).number for text in (MANY, MANY, MORE)] == [1, 1, 2]
    assert [one.state for one in shop.desk.rules.versions()] == [RuleState.REPLACED, RuleState.PUBLISHED]
    shop.restart()
    assert shop.desk.rules.in_force == 2
    published(shop, REVIEW)
    assert shop.desk.rules.seed({"f.rules": MANY}).number == 3
    assert (shop.desk.rules.in_force, len(shop.desk.rules.versions())) == (3, 3)


def test_a_version_from_before_something_was_a_mistake_still_decides(shop: Bench, monkeypatch) -> None:
    """A priority that is none was ignored once; a plant whose rules set one must start all the same."""
    text = f'{MANY}rule "soon" / "soon": when order.quantity > 10 then set order.priority = 12\n'
    with monkeypatch.context() as patch:
        patch.setattr(checker, "beyond_limits", lambda *_: None)
        number = put(shop, text)
        shop.desk.rules.change(rules(PublishRules(number, force=True, reason="as it was then")))
    shop.restart()
    assert state(shop, "SO-1") is PromiseState.REFUSED
    assert state(shop, "SO-2", 24) is PromiseState.CONFIRMED
    assert shop.desk.get("SO-2").order.priority == order().priority
    with pytest.raises(InvalidInput, match="from 1 to 9"):
        put(shop, text, "other.rules")
