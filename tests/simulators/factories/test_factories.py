"""Generated factories are right, the same for the same seed, and loaded as they say."""

from datetime import timedelta
from itertools import islice, pairwise

import pytest

from domain.errors import InvalidInput
from promising.plant_files import read_plant, write_plant
from rulebase.promotions.basket import Basket, BasketLine
from rulebase.promotions.choice import choose
from rulebase.promotions.table import read_promotions
from simulators.demand import PROMOTION, Kind, stream
from simulators.factories import FACTORIES, furniture, make
from simulators.factories.__main__ import main
from simulators.factories.floor import load


@pytest.fixture(scope="module", params=FACTORIES)
def factory(request):
    return make(request.param, 1)


def test_a_plant_folder_reads_back(factory):
    """Every mistake would be told; the same seed makes the same files."""
    files = write_plant(factory.plant)
    assert read_plant(files) == factory.plant
    assert write_plant(make(factory.name, 1).plant) == files


def test_another_seed_is_another_plant():
    """Customers, wear of moulds and deliveries differ."""
    first, other = (write_plant(make("moulding", seed).plant) for seed in (1, 2))
    assert {name for name in first if first[name] != other[name]} >= {"customers.csv", "moulds.csv", "receipts.csv"}


def test_twelve_nodes_lead_from_signing_to_installed():
    """Seven of them are lags; a tenth of the works has a tenth of the orders and the same load."""
    small = furniture.make(1, furniture.Recipe(scale_percent=10))
    (routing,) = {len(each.operations): each for each in small.plant.routings}.values()
    assert [each.id for each in routing.operations if not each.modes] == [
        "sign", "survey", "design", "confirm", "review", "split", "release"
    ]  # fmt: skip
    assert [each.id for each in routing.operations if each.modes] == ["cut", "edge", "drill", "pack", "install"]
    assert small.demand.orders_milli == 200_000
    assert small.plant.resource_by_id["installers-华东"].capacity == 5


@pytest.mark.parametrize(
    ("name", "day", "least", "most"),
    [("furniture", "ordinary", 1750, 2300), ("furniture", "peak", 1900, 2300), ("trade", "peak", 2950, 3250)],
)
def test_days_are_as_busy_as_published(name, day, least, most):
    """Near 2,000 orders at the works, and 3,100 at the trade on its peak day with the burst."""
    factory = make(name)
    events = stream(factory.demand, getattr(factory, day), 1, seed=4)
    placed = [event for event in events if event.kind is Kind.ORDER and not (event.repeats or event.doubles)]
    assert least < len(placed) < most


def test_demand_asks_for_what_the_plant_has(factory):
    """Items, customers and channels of the first 1,500 events."""
    plant = factory.plant
    items, channels = {item.id for item in plant.items}, {channel.id for channel in plant.channels}
    for event in islice(stream(factory.demand, factory.ordinary, 30, seed=1), 1500):
        if event.kind is not Kind.CANCEL:
            assert {line.item_id for line in event.order.lines} <= items
            assert event.order.customer_id in plant.customer_by_id
            assert event.order.channel_id in channels


def test_the_bottleneck_is_loaded_as_documented(factory):
    """Within half a point of its share of working time; nothing else is loaded more."""
    found = load(factory.plant, factory.demand, factory.ordinary - timedelta(days=factory.ordinary.weekday()))
    assert found[factory.bottleneck] == pytest.approx(factory.load_permille / 1000, abs=0.005)
    assert max(found, key=found.get) == factory.bottleneck


def test_every_figure_has_its_unit_and_reason(factory):
    """None is left out."""
    assert len(factory.parameters) >= 15
    assert all(each.unit and each.reason for each in factory.parameters)


def test_an_unknown_factory_is_refused():
    """With the names there are."""
    with pytest.raises(InvalidInput, match="moulding"):
        make("bakery")


def test_the_command_writes_a_folder_and_its_figures(tmp_path, capsys):
    """It reads back as the plant; a folder that is not empty is left alone."""
    folder = tmp_path / "new" / "moulding"
    assert main(["moulding", str(folder), "--seed", "3"]) == 0
    assert read_plant({path.name: path.read_bytes() for path in folder.iterdir()}) == make("moulding", 3).plant
    assert "people = 72 (people)" in capsys.readouterr().out
    assert main(["moulding", str(folder)]) == 2


@pytest.mark.parametrize("name", ["trade", "furniture"])
def test_the_desk_finds_the_same_promotions_as_the_salespeople(name):
    """Of 150 orders each by its own search over the table: the same offer, the discount to the fen a line."""
    factory = make(name)
    table = read_promotions(factory.promotions)
    promoted = 0
    for event in islice(stream(factory.demand, factory.ordinary, 1, seed=2), 150):
        if event.order is None:
            continue
        order = event.order
        lines = tuple(BasketLine(x.item_id, "", x.quantity, x.unit_price_fen) for x in order.lines)
        grade = factory.plant.customer_by_id[order.customer_id].grade
        best = choose(table, Basket(lines, order.customer_id, grade, order.channel_id, factory.ordinary))
        given = sum(line.discount_fen for line in order.lines)
        assert [(PROMOTION, each.promotion) for each in best.won] == [
            pair for pair in order.attributes if pair[0] == PROMOTION
        ]
        assert abs(best.fen - given) <= len(lines)
        promoted += bool(given)
    assert promoted > 10


def test_customers_have_a_history(factory):
    """Four earlier states of each, in order of time and before the opening; some limits and grades were others."""
    rows = factory.credit_history
    now = factory.plant.customer_by_id
    assert len(rows) == 4 * len(now)
    assert all(before[0] <= after[0] < factory.opening for before, after in pairwise(rows))
    assert any(row.credit_limit_fen != now[row.id].credit_limit_fen for _, row in rows)
    assert any(row.grade != now[row.id].grade for _, row in rows)
