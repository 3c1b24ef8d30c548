"""The real moulding plant: what is kept is what the converter makes, and it says what the source says."""

from datetime import UTC, date, datetime

import pytest

from plants.optimoldiq.convert import FOLDER, Assumptions, Rates, convert, orders_file
from promising.plant_files import describe_change, read_plant
from promising.plant_files.tables import TABLES


@pytest.fixture(scope="module")
def converted():
    return convert(FOLDER / "source")


@pytest.fixture(scope="module")
def plant(converted):
    return read_plant(converted[0])


def test_the_folder_kept_is_what_the_converter_makes(converted):
    """Byte by byte, and nothing else lies there."""
    files, orders = converted
    assert {path.name: path.read_bytes() for path in (FOLDER / "plant").iterdir()} == files
    assert (FOLDER / "orders.csv").read_bytes() == orders_file(orders, Assumptions().zone)


def test_every_order_can_be_made_by_the_plant(converted, plant):
    """190 orders for 116 items on 66 moulds and eleven machines; 177 were completed, 27 of them late."""
    _, orders = converted
    assert (len(orders), len(plant.items), len(plant.moulds), len(plant.resources)) == (190, 116, 66, 12)
    for order in orders:
        (operation,) = plant.routing_by_id[plant.item_by_id[order.item_id].routing_id].operations
        assert operation.modes
    done = [order for order in orders if order.completed]
    assert (len(done), sum(order.days_late > 0 for order in done)) == (177, 27)


def test_an_order_is_asked_for_by_the_end_of_the_third_shift_of_its_eta(converted):
    """IM1811001 came on 20 October, was due on 5 November and was complete 44 days late."""
    order = converted[1][0]
    assert (order.id, order.quantity, order.eta) == ("IM1811001", 280000, date(2018, 11, 5))
    assert order.received == datetime(2018, 10, 20, 1, tzinfo=UTC)
    assert order.requested == datetime(2018, 11, 5, 23, tzinfo=UTC)
    assert (order.completed, order.days_late) == (date(2018, 12, 19), 44)


def test_the_calendar_has_the_shifts_of_the_records(plant):
    """Days of 24 hours but Sundays and days off; two shifts on New Year's Eve; the pattern goes on in February."""
    hours = {}
    for day in range(1, 32):
        windows = plant.calendars[0].windows(plant.zone, date(2018, 12, day), date(2018, 12, day))
        hours[day] = sum(end - start for start, end in windows) // 3600
    assert {day for day, worked in hours.items() if worked == 0} == {2, 9, 15, 16, 23, 30}
    assert {day: worked for day, worked in hours.items() if worked not in (0, 24)} == {31: 16}
    windows = plant.calendars[0].windows(plant.zone, date(2019, 2, 1), date(2019, 2, 3))
    first, last = datetime(2019, 1, 31, 23, tzinfo=UTC), datetime(2019, 2, 2, 23, tzinfo=UTC)
    assert windows == [(int(first.timestamp()), int(last.timestamp()))]


def test_machines_begin_as_the_first_records_show_them(plant):
    """The mould of two machines hangs in the one that had it first; the two new machines begin empty."""
    mounted = {mould.mounted_on: mould.id for mould in plant.moulds if mould.mounted_on}
    assert mounted == {
        "NO.01": "14000CBQ-M-001",
        "NO.02": "16500CBR-M-001",
        "NO.03": "PXNCR5-M-001",
        "NO.04": "14000CBG-M-001",
        "NO.05": "PSSR-M-001",
        "NO.06": "YXGC-M-003",
        "NO.07": "14000CBR-M-001",
        "NO.08": "10100CBR-M-001",
    }
    new = plant.resource_by_id["NO.10"]
    assert (new.available_from, new.colour) == (datetime(2019, 1, 14, 23, tzinfo=UTC), "")
    assert plant.resource_by_id["NO.05"].colour == "10112+10132"


def test_rates_are_the_settings_unless_the_records_are_wanted(plant):
    """The mould runs with all 4 cavities at its set 22 s and without rejects; recorded are 3, 19.82 s and 77.86 %."""
    mould = plant.mould_by_id["10000CBR-M-001"]
    assert (mould.cavities, mould.cycle.total_seconds(), mould.fits[0]) == (4, 22, "NO.01")
    assert {mode.yield_rate for routing in plant.routings for mode in routing.operations[0].modes} == {1}
    recorded = read_plant(convert(FOLDER / "source", assumptions=Assumptions(rates_from_records=True))[0])
    mould = recorded.mould_by_id["10000CBR-M-001"]
    assert (mould.cavities, mould.cycle.total_seconds()) == (3, 19.82)
    (operation,) = recorded.routing_by_id["280301M"].operations
    assert {str(mode.yield_rate) for mode in operation.modes} == {"0.7786"}


@pytest.mark.parametrize(("recorded", "hours"), [(False, 14_585), (True, 17_155)])
def test_all_orders_together_take_these_machine_hours(recorded, hours):
    """Shots times cycle, each on the fastest of its moulds, without changeovers."""
    files, orders = convert(FOLDER / "source", assumptions=Assumptions(rates_from_records=recorded))
    plant = read_plant(files)
    seconds = 0.0
    for order in orders:
        (operation,) = plant.routing_by_id[plant.item_by_id[order.item_id].routing_id].operations
        moulds = [(mode, plant.mould_by_id[mode.mould_id]) for mode in operation.modes]
        seconds += min(m.shots(order.quantity, mould.cavities) * mould.cycle.total_seconds() for m, mould in moulds)
    assert round(seconds / 3600) == hours


def test_slower_cycles_change_the_moulds_only(plant):
    """Every cycle is stretched by the factor."""
    slower = read_plant(convert(FOLDER / "source", cycle_factor=1.1)[0])
    changes = describe_change(plant, slower)
    assert len(changes) == 66
    assert "moulds: ~ 10000CBR-M-001 (cycle: 22s -> 24.2s)" in changes


def test_a_shift_counts_as_full_between_two_of_the_same_order():
    """Neither the first nor the last shift of an order, and none with two orders, tells the cycle of its mould."""

    def record(shift, order, shots):
        return {
            "recordDate": "2018-11-01", "workingShift": str(shift), "machineNo": "NO.01", "poNote": order,
            "itemCode": "cup", "moldNo": "K", "moldShot": str(shots), "moldCavity": "4",
            "itemGoodQuantity": "1", "itemTotalQuantity": "1",
        }  # fmt: skip

    records = [record(1, "A", 5), record(2, "A", 1440), record(3, "A", 960), record(4, "A", 7), record(4, "B", 9)]
    moulds = [{"moldNo": name, "moldSettingCycle": "30", "moldCavityStandard": "4"} for name in "KL"]
    rates = Rates(records, moulds, Assumptions(rates_from_records=True, shifts_for_cycle=1))
    assert rates.cycle_s("K") == 20
    # No record of L: its set cycle by the ratio of all others.
    assert rates.cycle_s("L") == pytest.approx(30 * 20 / 30)
    assert Rates(records, moulds, Assumptions()).cycle_s("K") == 30


def test_the_manual_of_the_files_names_every_column():
    """One row for each file, with the columns that must be filled in bold."""
    manual = (FOLDER.parent / "README.md").read_text(encoding="utf-8").splitlines()
    for table in TABLES:
        (row,) = [line for line in manual if line.startswith(f"| {table.name} |")]
        for column in table.columns:
            assert column.name in row
            assert (f"**{column.name}**" in row) == column.required, (table.name, column.name)
