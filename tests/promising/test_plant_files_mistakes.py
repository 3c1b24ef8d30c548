"""Every mistake of every file is told at once, with file, row, column, value and what is allowed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from promising.plant_files import read_plant, write_plant
from promising.plant_files.tables import TABLES
from tests.strategies_plant import plants

SHOP = {
    "plant.toml": 'id = "shop"\nzone = "Asia/Shanghai"\nfrozen_zone = "8h"\n',
    "calendars.csv": "calendar\nday\n",
    "shifts.csv": "calendar,weekdays,start,end\nday,1-5,08:00,16:00\n",
    "resources.csv": (
        "resource,kind,work_centre,capacity,calendar,changeover_class\n"
        "M1,machine,press,1,day,mould\n"
        "M2,machine,press,1,day,mould\n"
        "oven,machine,heat,4,day,\n"
        "Li,setter,,1,day,\n"
        "packers,crew,pack,2,day,\n"
    ),
    "moulds.csv": "mould,fits,cavities,cycle,mounted_on\nK1,press,4,20s,M1\nK2,M2,8,22.5s,\n",
    "changeover_classes.csv": "changeover_class,setter\nmould,Li\n",
    "changeovers.csv": "changeover_class,part,from,to,duration\nmould,mount,*,K1,30m\n",
    "items.csv": "item,routing,colour\ncup,cup,red\n",
    "operations.csv": "routing,operation\ncup,press\ncup,bake\n",
    "modes.csv": (
        "routing,operation,mode,resource,mould,crew,per_piece\n"
        "cup,press,,,K1,,\n"
        "cup,press,,press,K2,packers,\n"
        "cup,bake,slow,oven,,,30s\n"
    ),
    "links.csv": "routing,from,to,lag\ncup,press,bake,2h\n",
    "stock.csv": "item,quantity,as_of\ncup,100,2026-03-02T08:00\n",
}


def shop(**changes):
    """The shop's files, with texts of some replaced: file name without dots -> (old, new) or a whole text."""
    files = dict(SHOP)
    for name, change in changes.items():
        file = "plant.toml" if name == "plant" else f"{name}.csv"
        if isinstance(change, tuple):
            assert change[0] in files[file]
            files[file] = files[file].replace(*change, 1)
        else:
            files[file] = change
    return {file: text if isinstance(text, bytes) else text.encode() for file, text in files.items()}


def mistakes(files):
    """What is refused, as field -> (problem, allowed)."""
    with pytest.raises(InvalidInput) as refused:
        read_plant(files)
    return {violation.field: (violation.problem, violation.allowed) for violation in refused.value.violations}


def test_a_right_folder_is_read():
    """Work centres stand for their machines, with a mould for those it fits."""
    plant = read_plant(shop())
    press, bake = plant.routing_by_id["cup"].operations
    assert plant.mould_by_id["K1"].fits == ("M1", "M2")
    assert [(mode.id, mode.resource_id, mode.mould_id) for mode in press.modes] == [
        ("M1:K1", "M1", "K1"),
        ("M2:K1", "M2", "K1"),
        ("M2:K2", "M2", "K2"),
    ]
    assert [(mode.id, mode.resource_id) for mode in bake.modes] == [("slow", "oven")]
    assert plant.on_hand[0].as_of.isoformat() == "2026-03-02T00:00:00+00:00"
    assert plant.mould_by_id["K2"].cycle.total_seconds() == 22.5


def test_a_byte_order_mark_blank_lines_and_outer_blanks_do_no_harm():
    """Files as spreadsheets leave them."""
    text = "\r\n".join(["", *SHOP["items.csv"].splitlines(), ",,", ""]).replace("cup,cup", " cup , cup ")
    assert read_plant(shop(items=b"\xef\xbb\xbf" + text.encode())) == read_plant(shop())


def test_all_mistakes_of_all_files_come_at_once():
    """Each with its row, counting the header as 1, and its column."""
    files = shop(
        plant=('"8h"', '"eight"'),
        resources=("M2,machine,press,1,day", "M2,robot,press,one,night"),
        moulds=("K2,M2,8,22.5s", "K2,M9,8,fast"),
        items=("cup,cup,red", "cup,mug,red"),
        stock=("100,2026-03-02T08:00", "-1,2026-02-30T08:00"),
    )
    found = mistakes(files)
    assert found == {
        "plant.toml:3:frozen_zone": (
            "'eight' is not a duration",
            "numbers with d, h, m or s, like 8h, 2d, 1h30m, 22.5s",
        ),
        "resources.csv:3:kind": ("'robot' is unknown", "machine, line, crew, setter, outside"),
        "resources.csv:3:capacity": ("'one' is not a whole number", "a whole number like 250"),
        "resources.csv:3:calendar": ("no calendar 'night'", "day"),
        "moulds.csv:3:fits": (
            "no resource or work centre 'M9'",
            "M2, M1, oven, Li, packers, press, heat, pack",
        ),
        "moulds.csv:3:cycle": ("'fast' is not a duration", "numbers with d, h, m or s, like 8h, 2d, 1h30m, 22.5s"),
        "items.csv:2:routing": ("no routing 'mug'", "cup"),
        "stock.csv:2:quantity": ("-1 is out of range", "0 to 1000000000"),
        "stock.csv:2:as_of": (
            "'2026-02-30T08:00' is not in the calendar",
            "a date and time like 2018-11-01T08:00, in the plant's zone unless it has an offset",
        ),
    }


# One wrong text each, the cell at which it must be told, and what is wrong with it.
WRONG = {
    "calendar twice": ("calendars", ("day\n", "day\nday\n"), "calendars.csv:3:calendar", "'day' stands in row 2"),
    "weekday 8": ("shifts", ("1-5", "1-8"), "shifts.csv:2:weekdays", "'1-8' are not weekdays"),
    "weekdays backwards": ("shifts", ("1-5", "5-1"), "shifts.csv:2:weekdays", "'5-1' are not weekdays"),
    "25 o'clock": ("shifts", ("16:00", "25:00"), "shifts.csv:2:end", "'25:00' is not on the clock"),
    "a machine with changeovers and capacity 2": (
        "resources", ("4,day,", "4,day,mould"), "resources.csv:4:changeover_class",
        "a resource of capacity > 1 has no changeovers",
    ),
    "an empty cell": ("resources", ("Li,setter,,1,day", "Li,setter,,1,"), "resources.csv:5:calendar", "empty"),
    "a list sign in an id": ("resources", ("Li,", "A;B,machine,x,1,day,\nLi,"), "resources.csv:5:resource", "has a ;"),
    "mould named like a machine": (
        "moulds", ("22.5s,", "22.5s,\nM1,M2,1,9s,"), "moulds.csv:4:mould", "is a resource too",
    ),
    "mould on a machine of capacity 4": ("moulds", ("K2,M2", "K2,oven"), "moulds.csv:3:fits", "has capacity > 1"),
    "mould on packers' work centre": ("moulds", ("K2,M2", "K2,pack"), "moulds.csv:3:fits", "has no machine"),
    "mounted where it does not fit": ("moulds", ("22.5s,", "22.5s,M1"), "moulds.csv:3:mounted_on", "not fit 'M1'"),
    "two moulds on one machine": (
        "moulds", "mould,fits,cavities,cycle,mounted_on\nK1,press,4,20s,M1\nK2,press,8,20s,M1\n",
        "moulds.csv:3:mounted_on", "'M1' holds 'K1' already",
    ),
    "no cavities": ("moulds", ("K2,M2,8", "K2,M2,0"), "moulds.csv:3:cavities", "0 is out of range"),
    "a setter who is a machine": ("changeover_classes", ("Li", "M1"), "changeover_classes.csv:2:setter", "no setter"),
    "a changeover to an unknown mould": ("changeovers", ("K1", "K7"), "changeovers.csv:2:to", "no mould 'K7'"),
    "a made item without a routing": ("items", ("cup,cup", "cup,"), "items.csv:2:routing", "'cup' has none"),
    "an operation twice": ("operations", ("bake", "bake\ncup,bake"), "operations.csv:4:operation", "stands in row 3"),
    "a mode of no operation": ("modes", ("cup,bake", "cup,brew"), "modes.csv:4:operation", "no operation 'brew'"),
    "a mode on a setter": ("modes", ("oven", "Li"), "modes.csv:4:resource", "is a setter crew"),
    "a mode on nothing": ("modes", ("slow,oven", "slow,"), "modes.csv:4:resource", "the cell is empty"),
    "a mould that does not fit": ("modes", ("press,K2", "M1,K2"), "modes.csv:3:resource", "'K2' does not fit 'M1'"),
    "a machine for a crew": ("modes", ("packers", "oven"), "modes.csv:3:crew", "'oven' is no crew"),
    "time per piece beside a mould": ("modes", ("packers,", "packers,3s"), "modes.csv:3:per_piece", "beside a mould"),
    "a link backwards": ("links", ("press,bake", "bake,press"), "links.csv:2:to", "the link runs backwards"),
    "a link to nowhere": ("links", ("press,bake", "press,brew"), "links.csv:2:to", "no operation 'brew'"),
    "a time without its day": ("stock", ("2026-03-02T", ""), "stock.csv:2:as_of", "is not a date and time"),
    "an unknown column": ("items", ("colour", "color"), "items.csv:1:color", "unknown column 'color'"),
    "a misspelt work centre": ("resources", ("_centre", "_center"), "resources.csv:1:work_center", "unknown column"),
    "a column twice": ("items", ("colour", "routing"), "items.csv:1:routing", "column 'routing' stands twice"),
    "a missing column": ("links", "routing,to\ncup,bake\n", "links.csv:1:from", "the column is missing"),
    "too many cells": ("items", ("cup,cup,red", "cup,cup,red,x"), "items.csv:2:item", "the row has 4 cells"),
    "an open quote": ("items", ("cup,cup", '"cup,cup'), "items.csv:2:", "not CSV"),
    "Latin-1": ("items", "item,name\ncup,Jos\xe9\n".encode("latin-1"), "items.csv:2:", "byte 0xe9 is not UTF-8"),
    "an unknown key": ("plant", ("frozen_zone", "frozen"), "plant.toml:3:frozen", "unknown key 'frozen'"),
    "a number for a duration": ("plant", ('"8h"', "8"), "plant.toml:3:frozen_zone", "8 is not a text"),
    "an unknown zone": ("plant", ("Asia/Shanghai", "Asia/Atlantis"), "plant.toml:2:zone", "'Asia/Atlantis'"),
    "no TOML": ("plant", ('"shop"', "shop"), "plant.toml:1:", "not TOML"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_mistake_is_told_at_its_cell_and_only_there(case):
    """One wrong text gives one violation: nothing else is blamed for it."""
    name, change, field, problem = WRONG[case]
    found = mistakes(shop(**{name: change}))
    assert list(found) == [field]
    assert problem in found[field][0]


# The same for a shop in which a mug may stand in for a cup, and a handle for another that a cup is made of.
PARTS = {
    "items": "item,sourcing,routing\ncup,make,cup\nmug,buy,\nhandle,buy,\nknob,buy,\n",
    "customers": "customer\nACME\n",
    "bom": "item,component,quantity,operation\ncup,handle,2,bake\n",
    "substitutes": (
        "item,substitute,use,goes_into,customer,ratio,rank\nhandle,knob,material,cup,,2,1\ncup,mug,delivery,,ACME,,2\n"
    ),
}
WRONG_PARTS = {
    "an operation of nothing": ("bom", ("bake", "brew"), "bom.csv:2:operation", "no operation 'brew' with a mode"),
    "an unknown item": ("substitutes", ("knob", "door"), "substitutes.csv:2:substitute", "no item 'door'"),
    "an unknown use": ("substitutes", ("material", "paint"), "substitutes.csv:2:use", "'paint' is unknown"),
    "an unknown whole": ("substitutes", (",cup,,2", ",door,,2"), "substitutes.csv:2:goes_into", "no item 'door'"),
    "a customer for material": (
        "substitutes", (",cup,,2", ",,ACME,2"), "substitutes.csv:2:customer", "goes with delivery only",
    ),
    "a whole for a delivery": (
        "substitutes", ("delivery,,ACME", "delivery,cup,"), "substitutes.csv:3:goes_into", "goes with material only",
    ),
    "an unknown customer": ("substitutes", ("ACME", "ACNE"), "substitutes.csv:3:customer", "no customer 'ACNE'"),
    "no ratio at all": ("substitutes", (",2,1", ",0,1"), "substitutes.csv:2:ratio", "0 is out of range"),
    "rank 10": ("substitutes", (",2,1", ",2,10"), "substitutes.csv:2:rank", "10 is out of range"),
    "itself": ("substitutes", ("handle,knob", "handle,handle"), "substitutes.csv:2:substitute", "the item itself"),
    "the same twice": (
        "substitutes", ("2,1\n", "2,1\nhandle,knob,material,cup,,3,2\n"), "substitutes.csv:3:goes_into",
        "stands in row 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_PARTS)
def test_a_mistake_about_parts_and_substitutes_is_told_at_its_cell(case):
    """And only there."""
    name, (old, new), field, problem = WRONG_PARTS[case]
    assert old in PARTS[name]
    found = mistakes(shop(**{**PARTS, name: PARTS[name].replace(old, new, 1)}))
    assert list(found) == [field]
    assert problem in found[field][0]


def test_parts_and_substitutes_are_read_and_written_equal():
    """Defaults are written out: any whole, any customer, one for one, rank 1."""
    plant = read_plant(shop(**PARTS))
    assert [row.operation_id for row in plant.bom] == ["bake"]
    assert [(s.substitute_id, s.quantity(3), s.goes_into_id, s.customer_id, s.rank) for s in plant.substitutes] == [
        ("knob", 6, "cup", "", 1),
        ("mug", 3, "", "ACME", 2),
    ]
    assert read_plant(write_plant(plant)) == plant
    assert write_plant(plant)["substitutes.csv"].decode().splitlines()[1:] == [
        "handle,knob,material,cup,,2,1",
        "cup,mug,delivery,,ACME,1,2",
    ]


def test_two_rows_may_not_make_the_same_mode():
    """A work centre already stands for its machines."""
    text = SHOP["modes.csv"] + "cup,press,M2:K1,M2,K1,,\n"
    assert mistakes(shop(modes=text)) == {
        "modes.csv:5:mode": ("mode 'M2:K1' stands twice in operation 'press'", "unique ids")
    }


def test_unknown_and_missing_files_are_told():
    """With the names that are known."""
    files = shop() | {"mould.csv": b"mould\n"}
    del files["shifts.csv"], files["plant.toml"]
    found = mistakes(files)
    assert found["mould.csv"][0] == "unknown file"
    assert found["mould.csv"][1].startswith("moulds.csv, ")
    assert found["shifts.csv"] == ("the file is missing", "calendar,weekdays,start,end")
    assert found["plant.toml"][0] == "the file is missing"


def test_an_unreadable_file_does_not_blame_those_who_refer_to_it():
    """What it names is unknown, not missing."""
    assert list(mistakes(shop(resources=b"\xff"))) == ["resources.csv:1:"]


def test_optional_files_may_be_missing():
    """A plant that has calendars, machines and items only."""
    needed = ("plant.toml", "calendars.csv", "shifts.csv", "items.csv", "resources.csv")
    files = shop(items="item,sourcing\ncup,stock\n", resources="resource,calendar\nM1,day\n")
    plant = read_plant({name: files[name] for name in needed})
    assert (len(plant.resources), plant.moulds, plant.routings, plant.on_hand) == (1, (), (), ())


def test_a_time_that_the_clocks_skip_or_show_twice_is_refused():
    """On the days of the change the hour must be told by its offset."""
    berlin = ("Asia/Shanghai", "Europe/Berlin")
    for text, problem in {
        "2026-03-29T02:30": "is skipped by the clocks of Europe/Berlin",
        "2026-10-25T02:30": "comes twice in Europe/Berlin",
    }.items():
        found = mistakes(shop(plant=berlin, stock=("2026-03-02T08:00", text)))
        assert found["stock.csv:2:as_of"][0] == f"'{text}' {problem}"
    plant = read_plant(shop(plant=berlin, stock=("2026-03-02T08:00", "2026-10-25T02:30+01:00")))
    assert plant.on_hand[0].as_of.isoformat() == "2026-10-25T01:30:00+00:00"
    assert write_plant(plant)["stock.csv"] == b"item,quantity,as_of\ncup,100,2026-10-25T02:30+01:00\n"


def test_a_thousand_mistakes_are_enough():
    """The rest is counted."""
    text = "item,sourcing\n" + "".join(f"i{number},none\n" for number in range(1500))
    with pytest.raises(InvalidInput) as refused:
        read_plant(shop(items=text, stock="item,quantity,as_of\n"))
    assert len(refused.value.violations) == 1001
    assert refused.value.violations[-1].problem == "and at least 500 more mistakes"


# A plant takes longer to draw than to spoil and read six times over.
@settings(max_examples=25)
@given(plants(), st.data())
def test_no_garbage_raises_anything_but_the_list_of_mistakes(plant, data):
    """Cells replaced by anything: the plant is read, or each mistake names a file that was given."""
    whole = write_plant(plant)
    known = {table.file: [column.name for column in table.columns] for table in TABLES}
    for _ in range(6):
        files = spoilt(whole, data)
        try:
            read_plant(files)
        except InvalidInput as refused:
            for violation in refused.violations:
                file, _, rest = violation.field.partition(":")
                row, _, column = rest.partition(":")
                assert file in files
                assert row.isdigit()
                assert file == "plant.toml" or row == "1" or column in ["", *known[file]]


def spoilt(whole, data):
    """The files with one to four cells replaced."""
    files = dict(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        file = data.draw(st.sampled_from(sorted(files)))
        lines = files[file].split(b"\n")
        line = data.draw(st.integers(0, len(lines) - 1))
        cells = lines[line].split(b",")
        cell = data.draw(st.integers(0, len(cells) - 1))
        cells[cell] = data.draw(
            st.binary(max_size=6)
            | st.text(max_size=6).map(str.encode)
            | st.sampled_from([b"", b"0", b"-1", b"99999999999999999999", b"1e9", b"24:00", b"2024-02-30", b"NaN"])
        )
        lines[line] = b",".join(cells)
        files[file] = b"\n".join(lines)
    return files


def test_a_discount_may_be_off_by_so_many_fen():
    """Written where it isn't the five yuan of older files; less than nothing is refused."""
    plain = read_plant(shop())
    assert b"discount_tolerance_fen" not in write_plant(plain)["plant.toml"]
    strict = shop(plant=("frozen_zone", "discount_tolerance_fen = 0\nfrozen_zone"))
    read = read_plant(strict)
    assert (plain.settings.discount_tolerance_fen, read.settings.discount_tolerance_fen) == (500, 0)
    assert read_plant(write_plant(read)) == read
    less = mistakes(shop(plant=("frozen_zone", "discount_tolerance_fen = -1\nfrozen_zone")))
    assert less == {"plant.toml:3:discount_tolerance_fen": ("-1 is out of range", "0 to 100000")}
