"""What is found in a rule set before it goes live, each with an order that shows it."""

from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from rulebase.checks.atoms import BOUNDS, NEVER, All, One, Opaque, cases
from rulebase.engine.chain import Engine
from rulebase.engine.concluding import verdict_of
from rulebase.engine.decision import Stage
from rulebase.engine.facts import Facts, key_of
from rulebase.engine.naive import Naive
from rulebase.files import POLICIES, read_rule_files, shipped
from rulebase.finding_words import said_of
from rulebase.findings import Kind, findings
from rulebase.language.checker import check, read_rules, vocabulary_of
from rulebase.language.formatter import format_file
from rulebase.language.problems import RuleProblems
from rulebase.language.tree import Fact
from rulebase.promotions.choice import choose
from rulebase.promotions.table import read_promotions
from rulebase.rehearsal import basket_of_facts
from tests.rulebase.test_chain import LINES, ORDER
from tests.strategies_rules import ZONE, RuleMaker


def found(text):
    rule_set = read_rules({"f": text})
    return rule_set, findings(rule_set, ZONE)


def fired_naively(rule_set, finding):
    """The rules that fire for the order that shows a finding, as the naive engine decides it."""
    return {name for name, _ in Naive(rule_set, finding.shown.facts(), ZONE).decide().fired}


def test_two_rules_of_one_rank_that_pass_and_refuse_the_same_order_are_told_with_that_order():
    """Between 50 and 60 yuan of grade A; the order is decided, and both rules fire."""
    rule_set, (finding,) = found("""
        rule "p" rank 3: when order.amount < 60 yuan and customer.grade in ["A", "B"] then pass
        rule "n" rank 3: when order.amount >= 50 yuan and customer.grade = "A" then refuse because "x"
        rule "other rank" rank 4: when order.amount >= 70 yuan then refuse because "x"
        rule "other grade" rank 3: when customer.grade = "C" then refuse because "x"
    """)
    assert (finding.kind, finding.decided) == (Kind.CONTRADICTION, True)
    assert dict(finding.example) == {Fact("order", "amount"): 5_000, Fact("customer", "grade"): "A"}
    facts = Facts(ORDER | {key_of(fact): value for fact, value in finding.example}, LINES)
    fired = {firing.rule.zh for firing in Engine(rule_set, ZONE).decide(facts).record.fired}
    assert {"p", "n"} <= fired == {rule.zh for rule in finding.rules}


def test_limits_that_no_order_meets_are_unreachable():
    """Numbers between limits that cross, texts that can't both be, days that exclude the hour asked for."""
    _, got = found("""
        fact customer.risk as text one of ["high"]
        rule "a": when order.amount > 5 yuan and order.amount < 5.01 yuan then pass
        rule "b": when customer.grade = "A" and customer.grade in ["B", "C"] then pass
        rule "c" valid 2026-03-01 to 2026-03-02: when clock.now >= 2026-03-03 then pass
        rule "d": when order.line_count = 3 and order.line_count > 3 then pass
        rule "e": when order.amount > 5 yuan and order.amount < 5.02 yuan then set customer.risk = "high"
        rule "f" : when customer.risk = "high" then pass
    """)
    assert [(one.kind, one.rules[0].zh) for one in got] == [(Kind.UNREACHABLE, name) for name in "abcd"]


def test_a_rule_that_a_higher_one_always_outvotes_is_shadowed():
    """Whoever is over the higher limit is over the lower one."""
    _, got = found("""
        rule "low" rank 1: when order.amount > 80 yuan and customer.grade = "A" then review by "x" because "x"
        rule "high" rank 2: when order.amount > 50 yuan then refuse because "x"
        rule "wider" rank 1: when order.amount > 40 yuan then review by "x" because "x"
    """)
    assert [(one.kind, one.rules[0].zh, one.rules[1].zh) for one in got] == [(Kind.SHADOWED, "low", "high")]


def test_facts_compared_with_one_another_and_quantifiers_are_shown_by_an_order():
    """Linear in two facts, and a line of more than five: an order of one line meets both rules."""
    rule_set, (finding,) = found("""
        rule "p": when customer.exposure * 2 < customer.credit_limit + 3 yuan then pass
        rule "n": when some line meets (line.quantity > 5) and number of lines with (line.quantity < 9) >= 1
            then refuse because "x"
    """)
    assert (finding.kind, finding.decided) == (Kind.CONTRADICTION, True)
    assert fired_naively(rule_set, finding) >= {"p", "n"}


def test_what_hangs_on_products_of_facts_is_undecided():
    """Nobody looks for roots: perhaps both are met, perhaps never."""
    _, got = found("""
        rule "p": when line.quantity * line.unit_price between 1000.01 yuan and 1001 yuan then pass
        rule "n": when line.quantity * line.quantity = 7 then refuse because "x"
    """)
    assert {(one.kind, one.decided) for one in got} == {(Kind.UNREACHABLE, False), (Kind.CONTRADICTION, False)}


def test_products_and_many_lines_are_shown_where_an_order_is_easily_found():
    """Below cost by trying numbers, more than 80 small lines by an order of equal ones."""
    rule_set, (finding,) = found("""
        rule "p": when line.amount < item.cost * line.quantity then pass
        rule "n": when number of lines with (line.quantity = 1) > 80 then refuse because "x"
    """)
    assert (finding.kind, finding.decided, len(finding.shown.lines)) == (Kind.CONTRADICTION, True, 81)
    assert fired_naively(rule_set, finding) == {"p", "n"}


def test_the_same_product_between_limits_that_cross_is_unreachable_all_the_same():
    """What isn't reasoned about is told apart by what it says, and compared."""
    _, (finding,) = found("""
        rule "n": when line.quantity * line.unit_price > 9 yuan and line.quantity * line.unit_price < 8 yuan then pass
    """)
    assert (finding.kind, finding.decided) == (Kind.UNREACHABLE, True)


@pytest.mark.parametrize(
    "condition",
    [
        "order.amount - order.discount > 5 yuan and order.amount < order.discount",
        "line.quantity * 2 = line.quantity + 3 + line.quantity",
        "customer.overdue_days < 0",
        'item.sourcing = "bought"',
        'customer.name starts with "A" and customer.name starts with "B"',
        'order.documents contains "A" and no document "A"',
        'has order.attribute["a"] and not has order.attribute["a"]',
        'customer.risk = "low"',
        'customer.risk = "high" and order.amount < 4 yuan',
        'order.amount > 5 yuan and not (order.amount > 4 yuan or customer.grade = "A")',
        "clock.weekday > 7",
        "order.line_count * 2 > 3 and order.line_count * 2 < 4",
    ],
)
def test_what_no_order_can_meet_is_proven(condition):
    """Sums of facts, whole numbers, bounds of facts, texts, papers, attributes, and what is derived."""
    _, got = found(f"""
        rule "dead": when {condition} then note "x"
        rule "s": when order.amount > 5 yuan then set customer.risk = "high"
        rule "r" rank 2: when customer.risk = "high" then note "x"
    """)
    assert [(one.kind, one.rules[0].zh, one.decided) for one in got] == [(Kind.UNREACHABLE, "dead", True)]


def test_a_rule_on_a_derived_fact_is_shadowed_by_what_lies_behind_it():
    """Whoever is of high risk owes more than 50 yuan, and is refused for that already."""
    rule_set, (finding,) = found("""
        rule "s": when customer.receivables > 60 yuan then set customer.risk = "high"
        rule "low" rank 1: when customer.risk = "high" then review by "x" because "x"
        rule "high" rank 2: when customer.receivables > 50 yuan then refuse because "x"
    """)
    assert (finding.kind, [rule.zh for rule in finding.rules]) == (Kind.SHADOWED, ["low", "high"])
    assert fired_naively(rule_set, finding) == {"s", "low", "high"}


def test_rules_of_one_rank_that_set_a_fact_to_different_values_are_told():
    """The order would be held; of different ranks the higher one would win."""
    rule_set, (finding,) = found("""
        rule "a": when order.amount > 5 yuan then set order.class = "big"
        rule "b": when customer.grade = "A" then set order.class = "good"
        rule "c" rank 1: when customer.grade = "B" then set order.class = "bad"
        rule "r" rank 3: when order.class = "big" then note "x"
    """)
    assert (finding.kind, finding.what) == (Kind.DISAGREEMENT, "order.class")
    assert fired_naively(rule_set, finding) >= {"a", "b"}


def test_an_order_between_the_rules_of_a_table_is_a_gap():
    """Exactly 50 yuan is in neither row; a declared default, or another rule that fills the gap, closes it."""
    rows = """
        rule "a": when order.amount < 10 yuan then set order.level = 1
        rule "b": when order.amount between 10 yuan and 49.99 yuan then set order.level = 2
        rule "c": when order.amount > 50 yuan then set order.level = 3
        rule "r" rank 3: when order.level = 2 then note "x"
    """
    rule_set, (finding,) = found(rows)
    assert (finding.kind, len(finding.rules), dict(finding.example)) == (
        Kind.GAP, 3, {Fact("order", "amount"): 5_000},
    )  # fmt: skip
    assert fired_naively(rule_set, finding) == set()
    assert found(rows + "fact order.level as count default 9")[1] == []
    assert found(rows + 'rule "d" rank 9: when order.amount * 2 = 100 yuan then set order.level = 4')[1] == []


def test_a_cell_that_a_table_of_two_facts_forgets_is_a_gap():
    """Grade B of the shop has no row."""
    _, (finding,) = found("""
        rule "a": when channel.id = "web" and customer.grade = "A" then set order.level = 1
        rule "b": when channel.id = "web" and customer.grade = "B" then set order.level = 2
        rule "c": when channel.id = "shop" and customer.grade = "A" then set order.level = 3
        rule "r" rank 3: when order.level > 2 then note "x"
    """)
    assert finding.kind is Kind.GAP
    assert dict(finding.example) == {Fact("channel", "id"): "shop", Fact("customer", "grade"): "B"}


def test_promotions_that_add_up_without_a_group_are_told_with_an_order_that_has_both():
    """Of those on one line in one channel; groups, other items, days that don't meet, and gifts are no trouble."""
    table = read_promotions(
        "id,gives,amount,rate,get,gift,channels,items,least_quantity,first,last,group,stacking,by_rule\n"
        "a,percent,,10%,,,web|shop,X|Y,,2026-01-01,2026-02-01,,,\n"
        "b,minus,30,,,,web,Y,7,2026-01-20,,,,\n"
        "c,minus,30,,,,web,Y,,,,g,,\nd,minus,30,,,,web,Z,,,,,,\ne,minus,30,,,,web,Y,,2026-03-01,,,no,\n"
        "f,gift,,,1,mug,,,,,,,,\nh,minus,9,,,,web,Z,,2026-05-05,,,,yes\n"
    )
    rule_set = read_rules({"f": 'rule "x": when no then offer "h"'})
    got = [one for one in findings(rule_set, ZONE, table) if one.kind is Kind.OVERLAP]
    assert [(one.what, one.decided) for one in got] == [("a, b", True), ("d, h", False)]
    basket = basket_of_facts(got[0].shown.facts(), ZONE)
    assert {one.promotion for one in choose(table, basket).won} >= {"a", "b"} - {"c"}


def test_derived_facts_that_nobody_sets_or_reads_are_told():
    """The priority is read by the desk."""
    _, got = found("""
        fact order.priority as count
        fact order.x as count
        fact order.y as count
        rule "a": when order.x = 0 then set order.y = 1, set order.priority = 2
    """)
    assert [(one.kind, one.what) for one in got] == [(Kind.NEVER_SET, "order.x"), (Kind.NEVER_READ, "order.y")]


def test_decided_findings_hold_for_random_limits():
    """For 80 random sets: the order that shows a contradiction fires both, and an unreachable rule never fires."""
    random = Random(3)
    seen = set()
    for _ in range(80):
        rules = []
        for number in range(6):
            parts = [
                f"order.amount {random.choice(['<', '<=', '>', '>=', '='])} {random.randrange(4)} fen" for _ in range(2)
            ]
            parts.append(f'customer.grade in ["{random.choice("AB")}", "{random.choice("BC")}"]')
            effect = random.choice(["pass", 'refuse because "x"', 'review by "x" because "x"'])
            rules.append(f'rule "r{number}" rank {random.randrange(2)}: when {" and ".join(parts)} then {effect}\n')
        rule_set, got = found("".join(rules))
        engine = Engine(rule_set, ZONE)

        def fired(amount, grade, engine=engine):
            facts = Facts(ORDER | {"order.amount": amount, "customer.grade": grade}, LINES)
            return {firing.rule.zh for firing in engine.decide(facts).record.fired}

        ever = {name for amount in range(-1, 5) for grade in "ABC" for name in fired(amount, grade)}
        never = {one.rules[0].zh for one in got if one.kind is Kind.UNREACHABLE}
        assert never == {f"r{number}" for number in range(6)} - ever
        for one in got:
            seen.add(one.kind)
            if one.kind is Kind.CONTRADICTION:
                values = {key_of(fact): value for fact, value in one.example}
                assert {rule.zh for rule in one.rules} <= fired(values["order.amount"], values["customer.grade"])
            if one.kind is Kind.GAP:
                assert fired_naively(rule_set, one) == set()
    assert seen == {Kind.CONTRADICTION, Kind.SHADOWED, Kind.UNREACHABLE, Kind.GAP}


def bounded(facts):
    """The facts drawn to what facts of a real order can be: no day has a 25th hour, no line nothing."""

    def drawn(values):
        return {key: _drawn(value, *BOUNDS.get(key, (None, None))) for key, value in values.items()}

    return Facts(drawn(facts.order), tuple(map(drawn, facts.lines)))


def _drawn(value, low, high):
    if value is None:
        return None
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def claims(rule_set, got, maker, orders):
    """Hold what was found against random orders; returns the kinds that were decided."""
    answers = [Naive(rule_set, bounded(maker.facts()), ZONE).decide() for _ in range(orders)]
    pairs = {(one.kind, frozenset(rule.zh for rule in one.rules)) for one in got}
    for one in got:
        names = [rule.zh for rule in one.rules]
        if one.shown is not None and one.kind is not Kind.GAP:
            assert set(names) <= fired_naively(rule_set, one)
        if one.decided and one.kind is Kind.UNREACHABLE:
            assert not any(names[0] == name for answer in answers for name, _ in answer.fired)
        if one.decided and one.kind is Kind.SHADOWED:
            low, high = names
            for answer in answers:
                if low in {name for name, _ in answer.fired}:
                    assert high in {name for name, _ in answer.fired | answer.untold}
    verdicts = {rule.name: said for rule in rule_set.rules if (said := verdict_of(rule, Stage.WHOLE)) is not None}
    for answer in answers:
        for (one, line), (other, place) in combinations(answer.fired, 2):
            if one in verdicts and other in verdicts and (line == place or None in (line, place)):
                (rank, first), (second_rank, second) = verdicts[one], verdicts[other]
                if rank == second_rank and (first == 0) is not (second == 0):
                    assert (Kind.CONTRADICTION, frozenset({one, other})) in pairs
    return {one.kind for one in got if one.decided}


def test_what_is_never_met_has_no_case_however_many_there_are_before_it():
    """Sixty choices of two before a part that is never met: of 2^60 cases none is gone through."""
    choices = (One((Opaque("a"), Opaque("b"))),) * 60
    assert list(cases(All((*choices, NEVER)), 10)) == []
    assert list(cases(One((All((*choices, One((NEVER, NEVER)))), Opaque("c"))), 10)) == [(Opaque("c"),)]


def test_findings_of_random_rule_sets_are_what_the_naive_engine_says():
    """What is shown fires, what is dead never does, and no contradiction that an order shows is overlooked."""
    kinds = set()
    for seed in range(30):
        maker = RuleMaker(Random(seed))
        rule_set = check({"": maker.file(3 + seed % 6)})
        kinds |= claims(rule_set, findings(rule_set, ZONE), maker, 25)
    assert {Kind.CONTRADICTION, Kind.DISAGREEMENT, Kind.UNREACHABLE} <= kinds


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_findings_of_random_rule_sets_for_hours(seed):
    """20 runs of 200 sets with 50 orders each."""
    for number in range(200):
        maker = RuleMaker(Random(50_000 + seed * 200 + number))
        rule_set = check({"": maker.file(3 + number % 12)})
        claims(rule_set, findings(rule_set, ZONE), maker, 50)


PLANTED = {
    Kind.CONTRADICTION: """
        rule "x1" rank {rank}: when order.quantity >= {low} and order.salesperson = "P" then pass
        rule "x2" rank {rank}: when order.quantity * 2 <= {twice} and customer.region in ["P", "Q"]
            then refuse because "x"
    """,
    Kind.DISAGREEMENT: """
        rule "x1" rank {rank}: when order.quantity + order.line_count > {low} then set order.planted = 1
        rule "x2" rank {rank}: when order.salesperson != "P" then set order.planted = 2
    """,
    Kind.SHADOWED: """
        rule "x1" rank {rank}: when order.quantity > {high} then review by "x" because "x"
        rule "x2" rank {above}: when order.quantity > {low} or order.salesperson = "P" then refuse because "x"
    """,
    Kind.UNREACHABLE: 'rule "x1": when order.quantity < {low} and order.quantity - 1 >= {high} then pass',
    Kind.GAP: """
        rule "x1": when order.quantity < {low} then set order.planted = 1
        rule "x2": when order.quantity > {low} then set order.planted = 2
    """,
    Kind.NEVER_READ: 'rule "x1": when order.quantity < {low} then set order.planted = 1',
    Kind.NEVER_SET: 'fact order.planted as count\nrule "x1": when order.planted = {low} then note "x"',
}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_planted_among_random_rules_is_found(seed):
    """One finding of each kind, on facts that the other rules don't read; and a loop is refused."""
    random = Random(seed)
    low, more, rank = random.randrange(2, 10**6), random.randrange(10**6), random.randrange(900)
    file = RuleMaker(random).file(3)
    text = format_file(file, vocabulary_of({"": file}), "en")
    for kind, planted in PLANTED.items():
        more_text = planted.format(low=low, high=low + more, twice=2 * (low + more), rank=rank, above=rank + 1)
        rule_set = read_rules({"a": text, "b": more_text})
        got = [one for one in findings(rule_set, ZONE) if one.kind is kind]
        names = {"x1"} if kind is Kind.UNREACHABLE else {"x1", "x2"}
        mine = [one for one in got if {rule.zh for rule in one.rules} == names or one.what == "order.planted"]
        assert [one.decided for one in mine] == [True], kind
        if mine[0].shown is not None:
            fired = fired_naively(rule_set, mine[0]) & names
            assert fired == (set() if kind is Kind.GAP else names)
    loop = 'rule "x1": when order.y = 1 then set order.x = 1\nrule "x2": when order.x = 1 then set order.y = 1'
    with pytest.raises(RuleProblems, match="in a loop: x1 → x2 → x1"):
        read_rules({"a": text, "b": loop})


@pytest.mark.parametrize("trade", POLICIES)
def test_shipped_policies_have_no_finding(trade):
    """But facts that only people read: an order's class, say."""
    got = findings(read_rule_files(shipped(Path(trade))), ZONE)
    assert [one for one in got if one.kind is not Kind.NEVER_READ] == []


def test_facts_are_named_in_the_language_that_is_asked_for():
    """A fact that no rule sets, one that no rule reads, and one that is set in two ways."""
    rule_set = read_rules({"f": (
        '事实 客户.级 / customer.level 为 整数\n事实 客户.档 / customer.tier 为 整数\n'
        '规则 "a" 级别 1: 当 客户.级 = 3 则 提示 "q"\n规则 "b": 当 订单.行数 > 1 则 设 客户.档 = 1\n'
        '规则 "c": 当 订单.行数 > 2 则 设 客户.档 = 2\n'
    )})  # fmt: skip
    said = {one.kind: said_of(one, rule_set, "zh", ZONE)[0] for one in findings(rule_set, ZONE)}
    assert said[Kind.NEVER_SET] == "没有规则设定 客户.级"
    assert said[Kind.NEVER_READ] == "没有规则读取 客户.档"
    assert said[Kind.DISAGREEMENT] == "“b”与“c”级别相同，却把 客户.档 设成不同的值"
