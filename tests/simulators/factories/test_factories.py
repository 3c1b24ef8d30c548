"""Generated factories are right, the same for the same seed, and loaded as they say."""

from datetime import timedelta

import pytest

from domain.errors import InvalidInput
from promising.plant_files import read_plant, write_plant
from simulators.demand import Kind, stream
from simulators.factories import FACTORIES, make
from simulators.factories.__main__ import main
from simulators.factories.floor import load


@pytest.fixture(scope="module", params=FACTORIES)
def factory(request):
    return make(request.param, 1)


def test_a_plant_folder_reads_back(factory):
    """Every mistake would be told; the same seed makes the same files, another one others."""
    files = write_plant(factory.plant)
    assert read_plant(files) == factory.plant
    assert write_plant(make(factory.name, 1).plant) == files
    assert write_plant(make(factory.name, 2).plant) != files


def test_demand_asks_for_what_the_plant_has(factory):
    """Items, customers and channels of the first two weeks."""
    plant = factory.plant
    items, channels = {item.id for item in plant.items}, {channel.id for channel in plant.channels}
    for event in stream(factory.demand, factory.opening.date(), 14, seed=1):
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
