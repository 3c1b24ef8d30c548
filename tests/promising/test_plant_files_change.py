"""What a new import changes, in the words of the files."""

from promising.plant_files import describe_change, read_plant
from tests.promising.test_plant_files_mistakes import shop


def test_the_first_import_counts_the_rows():
    """Without an old plant everything comes."""
    lines = describe_change(None, read_plant(shop()))
    assert lines[:4] == ["plant: + shop", "calendars: + 1", "shifts: + 1", "resources: + 5"]


def test_the_same_files_change_nothing():
    """Importing again is idempotent."""
    assert describe_change(read_plant(shop()), read_plant(shop())) == []


def test_rows_that_come_go_or_change_are_named():
    """With the old and the new cell of what changed."""
    new = shop(
        plant=('"8h"', '"1d"'),
        items=("cup,cup,red", "cup,cup,blue\nmug,cup,red"),
        moulds=("4,20s,M1", "3,20s,"),
        links=("cup,press,bake,2h\n", ""),
    )
    assert describe_change(read_plant(shop()), read_plant(new)) == [
        "plant: ~ frozen_zone: 8h -> 1d",
        "moulds: ~ K1 (cavities: 4 -> 3, mounted_on: M1 -> none)",
        "items: ~ cup (colour: red -> blue)",
        "items: + mug",
        "links: - cup press bake",
    ]


def test_another_order_of_rows_is_a_change():
    """Machines are tried in their order when they are equally good."""
    text = "resource,kind,work_centre,capacity,calendar,changeover_class\n"
    rows = ["M2,machine,press,1,day,mould", "M1,machine,press,1,day,mould", "oven,machine,heat,4,day,"]
    rows += ["Li,setter,,1,day,", "packers,crew,pack,2,day,"]
    new = read_plant(shop(resources=text + "\n".join(rows)))
    lines = describe_change(read_plant(shop()), new)
    assert "resources: rows in another order" in lines
    assert "moulds: ~ K1 (fits: M1;M2 -> M2;M1)" in lines
