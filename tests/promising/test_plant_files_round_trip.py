"""What is written is read again, whatever the plant."""

from hypothesis import given

from promising.plant_files import describe_change, read_plant, write_plant
from tests.strategies_plant import plants


@given(plants())
def test_a_plant_read_from_its_own_files_is_equal(plant):
    """Every noun, zone, duration and amount survives the files, and nothing has changed then."""
    read = read_plant(write_plant(plant))
    assert read == plant
    assert describe_change(plant, read) == []
    assert write_plant(read) == write_plant(plant)
