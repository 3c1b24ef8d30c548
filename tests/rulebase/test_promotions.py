"""Promotions: which apply, which set is the best, what each takes off to the fen, and why the others lost."""

from datetime import date
from itertools import combinations
from random import Random

import pytest

from domain.errors import InvalidInput
from domain.promotions import Favour, Lost, Why
from domain.values import replace
from rulebase.promotions.basket import Basket, BasketLine, capped, covered, discounts, handed, share
from rulebase.promotions.choice import Offers, Usage, choose
from rulebase.promotions.search import FREE, legal, merit, worth
from rulebase.promotions.table import Base, Gives, Promotion, read_promotions, row_of

DAY = date(2026, 11, 11)
CUPS, CAPS = BasketLine("cup", "household", 10, 1_000), BasketLine("cap", "closures", 100, 333)


def basket(*lines, channel="shop", grade="A"):
    return Basket(lines or (CUPS, CAPS), "ACME", grade, channel, DAY)


def minus(id_, fen, **more):
    return Promotion(id_, Gives.MINUS, fen=fen, **more)


def percent(id_, whole, **more):
    return Promotion(id_, Gives.PERCENT, rate=whole * 10_000, **more)


def test_each_kind_takes_off_what_it_says():
    """100.00 of cups and 333.00 of caps."""
    kinds = {
        "minus": (minus("p", 5_000), 5_000),
        "every": (minus("p", 1_000, least_fen=10_000, every=True), 4_000),
        "percent": (percent("p", 10, items=frozenset({"cap"})), 3_330),
        "price": (Promotion("p", Gives.PRICE, fen=900, items=frozenset({"cup"})), 1_000),
        "buy 4 get 1": (Promotion("p", Gives.BUY_GET, buy=4, get=1, families=frozenset({"household"})), 2_000),
        "gift": (Promotion("p", Gives.GIFT, gift="mug", get=1), 0),
        "cap": (percent("p", 50, order_cap_fen=1_234), 1_234),
    }
    for promotion, fen in kinds.values():
        (found,) = discounts(basket(), [promotion])
        assert found.fen == fen


def test_shares_add_up_to_the_fen():
    """A hundred fen over three equal lines: 34, 33, 33; and no total is lost by a cap."""
    assert share(100, {0: 7, 1: 7, 2: 7}) == {0: 34, 1: 33, 2: 33}
    assert capped({0: 10, 1: 20}, 7) == {0: 2, 1: 5}
    for total in range(50):
        assert sum(share(total, {0: 3, 1: 5, 2: 11}).values()) == total


def test_a_percentage_of_the_rest_comes_after_what_is_off_list_prices():
    """433.00 less 33.00 is 400.00, of which 10 % is 40.00; on list prices it would be 43.30."""
    rest = percent("a", 10, base=Base.REST, priority=9)
    assert [(one.promotion, one.fen) for one in discounts(basket(), [rest, minus("b", 3_300)])] == [
        ("b", 3_300),
        ("a", 4_000),
    ]
    assert sum(one.fen for one in discounts(basket(), [percent("a", 10), minus("b", 3_300)])) == 7_630


def test_no_line_falls_below_its_floor_or_zero():
    """Cups may not go below 90.00; caps may go to nothing."""
    lines = (BasketLine("cup", "", 10, 1_000, floor_fen=9_000), BasketLine("cap", "", 1, 100))
    found = discounts(basket(*lines), [percent("a", 50), percent("b", 80)])
    assert [one.lines for one in found] == [(1_000, 50), (0, 50)]


def test_of_a_group_the_best_wins_and_the_others_say_to_whom_they_lost():
    """Three promotions compete: two of a group, one that stands alone."""
    table = [
        minus("a", 3_000, group="g"),
        minus("b", 4_000, group="g"),
        minus("c", 5_000, stacking=False),
        minus("d", 500),
    ]
    choice = choose(table, basket())
    assert (choice.fen, [one.promotion for one in choice.won], choice.proven) == (5_000, ["c"], True)
    choice = choose([*table[:2], minus("c", 4_499, stacking=False), table[3]], basket())
    assert sorted(one.promotion for one in choice.won) == ["b", "d"]
    assert choice.lost == (Lost("a", Why.GROUP, "g", "b"), Lost("c", Why.ALONE, "", "b"))


def test_every_promotion_that_does_not_apply_says_which_condition_lacked_and_its_value():
    """The first condition that isn't met, with what was seen and what was needed."""
    table = [
        minus("amount", 1, least_fen=43_301), minus("bar", 1), minus("budget", 1, budget_fen=10),
        minus("cap", 1, customer_cap=2), minus("channel", 1, channels=frozenset({"web"})),
        minus("grade", 1, grades=frozenset({"B", "C"})), minus("items", 1, items=frozenset({"lid"})),
        minus("offer", 1, by_rule=True), minus("over", 1, last=date(2026, 11, 10)),
        minus("quantity", 1, least_quantity=11, items=frozenset({"cup"})), minus("yet", 1, first=date(2026, 11, 12)),
    ]  # fmt: skip
    usage = Usage({"cap": 2}, {"budget": 10}, barred=frozenset({"bar"}))
    assert choose(table, basket(), usage).lost == (
        Lost("amount", Why.AMOUNT, "43300", "43301"), Lost("bar", Why.BARRED), Lost("budget", Why.BUDGET, "10", "10"),
        Lost("cap", Why.CUSTOMER_CAP, "2", "2"), Lost("channel", Why.CHANNEL, "shop", "web"),
        Lost("grade", Why.GRADE, "A", "B, C"), Lost("items", Why.ITEMS, "cap, cup", "lid"),
        Lost("offer", Why.NOT_OFFERED), Lost("over", Why.OVER, "2026-11-11", "2026-11-10"),
        Lost("quantity", Why.QUANTITY, "10", "11"),
        Lost("yet", Why.NOT_YET, "2026-11-11", "2026-11-12"),
    )  # fmt: skip


def test_what_an_order_did_not_meet_is_told_nearest_first():
    """What covers a line and is for the channel comes first, then by what is lacking; a long scope is told in part."""
    table = [
        minus("a", 1, items=frozenset(f"lid{number:02}" for number in range(12))),
        minus("b", 1, channels=frozenset({"web"})),
        minus("c", 1, grades=frozenset({"B"})), minus("d", 1, families=frozenset({"toys"})),
        minus("e", 1, least_fen=43_301), minus("f", 1), minus("g", 1, customer_cap=2),
    ]  # fmt: skip
    usage = Usage({"g": 2})
    assert [one.promotion for one in Offers(table).due(basket(), usage).lost] == ["g"]
    assert Offers(table).unmet(basket(), usage) == [
        Lost("e", Why.AMOUNT, "43300", "43301"),
        Lost("c", Why.GRADE, "A", "B"),
        Lost("b", Why.CHANNEL, "shop", "web"),
        Lost("a", Why.ITEMS, "cap, cup", ", ".join(f"lid{number:02}" for number in range(10)) + ", … (+2)"),
        Lost("d", Why.ITEMS, "closures, household", "toys"),
    ]


def test_every_promotion_of_a_table_wins_or_loses_or_is_told_as_not_met():
    """For 300 random tables and orders: each once, and those that lost for what they lost for in the whole table."""
    random = Random(11)
    for _ in range(300):
        table, order = random_table(random), random_basket(random)
        offers = Offers(table)
        due, unmet = offers.due(order, Usage()), offers.unmet(order, Usage())
        told = [one.promotion for one in (*due.won, *due.lost, *unmet)]
        assert sorted(told) == sorted(one.id for one in table)
        assert sorted((*due.lost, *unmet), key=lambda one: one.promotion) == list(choose(table, order).lost)


def test_gifts_are_taken_along_and_margin_takes_the_least_of_what_leaves_nothing_to_add():
    """A gift costs the customer nothing; for the margin the smaller of a group is as legal as the greater."""
    table = [
        minus("a", 3_000, group="g"),
        minus("b", 4_000, group="g"),
        Promotion("gift", Gives.GIFT, gift="mug", get=1),
    ]
    assert {one.promotion for one in choose(table, basket()).won} == {"b", "gift"}
    assert {one.promotion for one in choose(table, basket(), Usage(favour=Favour.MARGIN)).won} == {"a", "gift"}


def random_usage(random, favour):
    spent = {f"p{number}": random.choice([0, 700, 1_400]) for number in range(8)}
    return Usage(spent_fen=spent, favour=favour)


def random_table(random):
    """Up to seven promotions; half of the tables without budgets, half with list prices only, half in one group."""
    budgets = (None, None, 1_500) if random.random() < 0.5 else (None,)
    bases = tuple(Base) if random.random() < 0.5 else (Base.LIST,)
    groups = ("", "", "g", "h") if random.random() < 0.5 else ("", "g", "g", "g")

    def scope(*names):
        return frozenset(name for name in names if random.random() < 0.4)

    def made(number):
        gives = random.choice(
            [Gives.MINUS, Gives.MINUS, Gives.PERCENT, Gives.PERCENT, Gives.PRICE, Gives.BUY_GET, Gives.GIFT]
        )
        return Promotion(
            f"p{number}", gives, fen=random.choice([1, 99, 500, 3_333]),
            rate=random.choice([1, 33_333, 150_000, 500_000]),
            buy=random.choice([1, 2]), get=1, gift="mug", items=scope("cup", "cap", "lid"),
            least_fen=random.choice([0, 0, 1_000, 9_000]), every=False, base=random.choice(bases),
            priority=random.randrange(3), group=random.choice(groups), stacking=random.random() < 0.8,
            order_cap_fen=random.choice([None, None, 700]), budget_fen=random.choice(budgets),
            cost_fen=random.choice([0, 50, 900]) if gives in FREE else 0,
        )  # fmt: skip

    return [made(number) for number in range(random.randrange(1, 8))]


def random_basket(random):
    def line(item):
        quantity, price = random.randrange(1, 9), random.choice([1, 7, 333, 1_000])
        return BasketLine(item, "", quantity, price, random.choice([0, 0, quantity * price // 2, quantity * price]))

    return basket(*(line(item) for item in random.sample(["cup", "cap", "lid"], random.randrange(1, 4))))


@pytest.mark.parametrize("favour", Favour)
def test_no_legal_set_is_better_than_the_one_that_is_chosen(favour):
    """Against all subsets, for 300 random tables and orders; and what is taken off adds up within the floors."""
    random = Random(7)
    seen = set()
    for _ in range(300):
        seen |= compare_with_all(random_table(random), random_basket(random), random_usage(random, favour))
    lost = (Why.GROUP_FOR_MARGIN, Why.ALONE_FOR_MARGIN) if favour is Favour.MARGIN else (Why.GROUP, Why.ALONE)
    assert {*lost, Why.AMOUNT, Why.ITEMS, Why.BUDGET, Why.NOTHING} <= seen


def test_an_order_of_which_no_promotion_covers_a_line_has_none():
    """300 random tables over two channels: what isn't covered is due nothing, and what is due is covered."""
    random = Random(17)
    seen = set()
    for _ in range(300):
        scopes = [frozenset(), frozenset({"shop"}), frozenset({"web"})]
        table = [replace(one, channels=random.choice(scopes)) for one in random_table(random)]
        order = random_basket(random)._replace(channel=random.choice(["shop", "web", "fair"]))
        offers = Offers(table)
        met = any(offers.cover(order.channel, line.item, line.family) for line in order.lines)
        choice = offers.due(order, Usage())
        assert met or (choice.won, choice.lost) == ((), ())
        seen.add((met, bool(choice.won)))
    assert seen == {(False, False), (True, False), (True, True)}


@pytest.mark.soak
@pytest.mark.parametrize("favour", Favour)
@pytest.mark.parametrize("seed", range(10))
def test_no_legal_set_of_many_tables_is_better(favour, seed):
    """The same for 10,000 tables of each seed."""
    random = Random(1_000 + seed)
    for _ in range(10_000):
        compare_with_all(random_table(random), random_basket(random), random_usage(random, favour))


def compare_with_all(table, order, usage):
    """Hold the choice against every legal set; returns why promotions lost."""
    choice = choose(table, order, usage)
    assert choice.proven
    lost = {one.promotion: one.why for one in choice.lost}
    met = {None, Why.GROUP, Why.ALONE, Why.WORSE, Why.GROUP_FOR_MARGIN, Why.ALONE_FOR_MARGIN, Why.NOTHING}
    fit = [one for one in table if lost.get(one.id) in met or overdrawn_alone(one, order, usage)]
    sets = [
        (chosen, fen)
        for size in range(len(fit) + 1)
        for chosen in combinations(fit, size)
        if legal(chosen) and (fen := worth(chosen, order, usage)) is not None
    ]
    won = tuple(one for one in fit if one.id in {each.promotion for each in choice.won})
    if usage.favour is Favour.CUSTOMER:
        assert merit(won, choice.fen) == max(merit(chosen, fen) for chosen, fen in sets)
    else:
        assert merit(won, -given_away(won, choice.fen, order)) == max(
            merit(chosen, -given_away(chosen, fen, order)) for chosen, fen in largest(sets, order)
        )
    for place, line in enumerate(order.lines):
        assert line.fen - sum(one.lines[place] for one in choice.won) >= min(line.floor_fen, line.fen)
    return set(lost.values())


def overdrawn_alone(promotion, order, usage):
    """Whether a promotion met the order, and would only give more than its budget."""
    if promotion.budget_fen is None or usage.spent_fen.get(promotion.id, 0) >= promotion.budget_fen:
        return False
    return bool(Offers([replace(promotion, budget_fen=None)]).due(order, usage).won)


def largest(sets, order):
    """The sets to which nothing can be added that takes something off by itself, or is a gift."""
    entitled = [
        (chosen, fen)
        for chosen, fen in sets
        if all(one.gives in FREE or discounts(order, [one])[0].fen for one in chosen)
    ]
    names = {frozenset(one.id for one in chosen) for chosen, _ in entitled}
    return [
        (chosen, fen)
        for chosen, fen in entitled
        if not any({one.id for one in chosen} < other and len(other) == len(chosen) + 1 for other in names)
    ]


def given_away(chosen, fen, order):
    """Discount, and what gifts and points cost."""
    return fen + sum(one.cost_fen * handed(one, order, covered(one, order)) for one in chosen)


def test_for_the_margin_the_set_that_gives_least_away_wins_and_each_loser_says_so():
    """Of a group 30.00 before 40.00; 5.00 alone gives less than 31.00 together, and nothing can be added to it."""
    table = [minus("a", 3_000, group="g"), minus("b", 4_000, group="g"), minus("c", 100)]
    choice = choose(table, basket(), Usage(favour=Favour.MARGIN))
    assert [(one.promotion, one.fen) for one in choice.won] == [("a", 3_000), ("c", 100)]
    assert choice.lost == (Lost("b", Why.GROUP_FOR_MARGIN, "g", "a"),)
    choice = choose([*table, minus("d", 500, stacking=False)], basket(), Usage(favour=Favour.MARGIN))
    assert ([one.promotion for one in choice.won], choice.fen) == (["d"], 500)
    assert choice.lost == tuple(Lost(one, Why.ALONE_FOR_MARGIN, "", "d") for one in "abc")


def test_gifts_are_not_lost_to_a_promotion_that_floors_leave_nothing_of():
    """All is at its floor: the customer has both gifts, and nothing beside that takes nothing off (which was had)."""
    table = [
        Promotion("alone", Gives.BUY_GET, buy=2, get=1, stacking=False, base=Base.REST, priority=1),
        minus("off", 99, base=Base.REST),
        Promotion("mug", Gives.GIFT, gift="mug", get=1, group="g"),
        Promotion("cup", Gives.GIFT, gift="cup", get=1, group="h"),
    ]
    lines = BasketLine("cap", "", 4, 7, floor_fen=28), BasketLine("cup", "", 7, 7, floor_fen=49)
    assert {one.promotion for one in choose(table, basket(*lines)).won} == {"cup", "mug"}


def test_what_takes_nothing_off_keeps_nothing_out():
    """Cups are at their floor: 5.00 off cups alone would give nothing, so the customer has what is off caps."""
    lines = (BasketLine("cup", "", 10, 1_000, floor_fen=10_000), BasketLine("cap", "", 100, 333))
    table = [minus("a", 500, items=frozenset({"cup"}), stacking=False), minus("b", 700, items=frozenset({"cap"}))]
    for favour in Favour:
        choice = choose(table, basket(*lines), Usage(favour=favour))
        assert ([one.promotion for one in choice.won], choice.lost) == (["b"], (Lost("a", Why.NOTHING),))


def test_too_few_pieces_for_a_free_one_are_told_and_keep_nothing_out():
    """One of four is free: ten cups are enough, three cups and two caps aren't, and the discount is had."""
    offer = Promotion("free", Gives.BUY_GET, buy=3, get=1, stacking=False, items=frozenset({"cup", "cap"}))
    few = basket(BasketLine("cup", "", 3, 1_000), BasketLine("cap", "", 2, 333))
    choice = choose([offer, minus("off", 100)], few, Usage(favour=Favour.MARGIN))
    assert ([one.promotion for one in choice.won], choice.lost) == (["off"], (Lost("free", Why.QUANTITY, "3", "4"),))
    assert Offers([offer]).unmet(few, Usage()) == [Lost("free", Why.QUANTITY, "3", "4")]
    assert choose([offer], basket(CUPS)).fen == 2_000


def test_for_the_margin_a_gift_counts_at_what_it_costs():
    """A mug that costs 20.00 is more than 15.00 off, one of 10.00 is less; the customer has the discount."""
    gift = Promotion("gift", Gives.GIFT, gift="mug", get=2, group="g", cost_fen=1_000)
    table = [gift, minus("off", 1_500, group="g")]
    assert [one.promotion for one in choose(table, basket(), Usage(favour=Favour.MARGIN)).won] == ["off"]
    table[0] = replace(gift, get=1)
    assert [one.promotion for one in choose(table, basket(), Usage(favour=Favour.MARGIN)).won] == ["gift"]
    assert [one.promotion for one in choose(table, basket()).won] == ["off"]


def test_for_the_margin_a_budget_that_would_be_overdrawn_keeps_only_its_promotion_out():
    """Of 10.00 left b would take 40.00: it is told so, and a is taken although it gives more than nothing."""
    table = [minus("a", 5_000, group="g"), minus("b", 4_000, group="g", budget_fen=1_000)]
    choice = choose(table, basket(), Usage(favour=Favour.MARGIN))
    assert ([one.promotion for one in choice.won], choice.lost) == (["a"], (Lost("b", Why.BUDGET, "4000", "1000"),))


def test_for_the_margin_few_sets_are_enough():
    """Sixty promotions for every line in twelve groups, a percentage of the rest behind them: at most 200 sets."""
    table = [percent("rest", 5, base=Base.REST)]
    for number in range(60):
        off = minus(f"m{number:02}", 100 + 7 * number) if number % 2 else percent(f"m{number:02}", 1 + number % 7)
        table.append(replace(off, group=f"g{number % 12}", items=frozenset() if number % 3 else frozenset({"cap"})))
    choice = choose(table, basket(), Usage(favour=Favour.MARGIN))
    assert (choice.proven, len(choice.won)) == (True, 13)
    assert choice.looked_at < 200


def test_an_ordinary_order_needs_few_sets():
    """Two hundred promotions, twelve of which apply: the bound leaves less than a hundred sets to look at."""
    table = [
        minus(f"m{number}", 100 + number, channels=frozenset({f"c{number % 40}"}), group=f"g{number % 4}")
        for number in range(160)
    ] + [percent(f"q{number}", 1 + number % 9, grades=frozenset({"ABCDE"[number % 5]})) for number in range(40)]
    choice = choose(table, basket(channel="c3"))
    assert choice.proven
    assert len(choice.won) == 9
    assert choice.looked_at < 100


@pytest.mark.parametrize("favour", Favour)
def test_an_order_that_a_thousand_promotions_fit_is_answered_after_bounded_work(favour):
    """All of them add up on both lines, most on the rest: the best set found within floors, proven or not."""
    table = [
        percent(f"q{number}", 1 + number % 3, base=Base.REST if number % 3 else Base.LIST) for number in range(1_500)
    ]
    if favour is Favour.MARGIN:
        table = [replace(one, budget_fen=4_000) for one in table]
    choice = choose(table, basket(), Usage(favour=favour))
    assert len(choice.won) > 1_000
    assert choice.looked_at < 1_000
    assert choice.fen <= 43_300


CSV = """编号,方式,金额,比例,渠道,满金额,每满,开始,结束,互斥组,可叠加,预算
双11,满减,30,,网店|门店,299,是,2026-11-01,2026-11-11,大促,,10000
会员,折扣,,9.5%,,,,,,,否,
"""


def test_a_table_is_read_from_csv_with_chinese_or_english_headers():
    """Money in yuan, rates in per cent, lists with bars."""
    read = read_promotions(CSV)
    assert read == (
        Promotion(
            "双11", Gives.MINUS, fen=3_000, channels=frozenset({"网店", "门店"}), least_fen=29_900, every=True,
            first=date(2026, 11, 1), last=date(2026, 11, 11), group="大促", budget_fen=1_000_000,
        ),
        Promotion("会员", Gives.PERCENT, rate=95_000, stacking=False),
    )  # fmt: skip
    english = "id,gives,amount,rate,channels,least_amount,every,first,last,group,stacking,budget\n"
    rows = "双11,minus,30,,网店|门店,299,yes,2026-11-01,2026-11-11,大促,,10000\n会员,percent,,9.5%,,,,,,,no,\n"
    assert read_promotions(english + rows) == read


def test_a_row_is_told_by_what_it_says_and_read_again_it_is_the_same():
    """By the columns of either language, without what is as by default."""
    read = read_promotions(CSV)
    assert [row_of(one) for one in read] == [
        "方式 满减, 金额 30, 渠道 网店|门店, 开始 2026-11-01, 结束 2026-11-11, 满金额 299, "
        "每满 是, 互斥组 大促, 预算 10000",
        "方式 折扣, 比例 9.5%, 可叠加 否",
    ]
    random = Random(3)
    for promotion in (one for _ in range(50) for one in random_table(random)):
        for language, name in (("zh", "编号"), ("en", "id")):
            cells = dict(cell.split(" ", 1) for cell in row_of(promotion, language).split(", "))
            text = ",".join([name, *cells]) + "\n" + ",".join([promotion.id, *cells.values()])
            assert read_promotions(text) == (promotion,)


def test_every_mistake_of_a_table_is_told_at_its_row_and_column():
    """Nothing is taken of a table with a mistake."""
    with pytest.raises(InvalidInput) as caught:
        read_promotions("id,gives,amount,last\na,minus,1.234,\nb,minus,,\n,percent,,\nb,minus,3,tomorrow\na,gift,,\n")
    assert [(each.field, each.problem) for each in caught.value.violations] == [
        ("row 2.amount", "读不懂 '1.234' / '1.234' can't be read"),
        ("row 3.amount", "超出范围 / is out of range"),
        ("row 4", "缺少 编号 / id is missing"),
        ("row 5.last", "读不懂 'tomorrow' / 'tomorrow' can't be read"),
        ("row 6.gift", "要写赠品和数量 / an item and a number are needed"),
    ]
    with pytest.raises(InvalidInput, match="is no column") as caught:
        read_promotions("id,gives,amout,满金饿\n")
    assert [each.allowed for each in caught.value.violations] == ["amount", "满金额, 每满, 金额"]
