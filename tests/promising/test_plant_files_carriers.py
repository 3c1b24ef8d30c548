"""Carriers in the files of a plant: where each goes, on which days, and who asks for them."""

from datetime import time, timedelta

import pytest

from domain.errors import InvalidInput
from domain.plant import Plant
from domain.trade import Carrier, Customer
from promising.plant_files import read_plant
from promising.plant_files.fed import with_rows
from promising.ports import PlantRow
from tests.plants import moulding_shop
from tests.promising.test_plant_files_mistakes import mistakes, shop

CARRIERS = (
    "carrier,region,lead,cut_off,weekdays,calendar,working\n"
    "sea,north,2d,16:00,1-5,,yes\n"
    "sea,,36h,16:00,1-6,,\n"
    "air,north,12h,09:30,,day,no\n"
)
CUSTOMERS = "customer,region,carrier\nACME,north,air\nBETA,south,sea\nGAMMA,,\n"


def files(carriers=CARRIERS, customers=CUSTOMERS):
    return shop(carriers=carriers, customers=customers)


def test_carriers_are_read_with_their_days_and_kinds_of_lead():
    """Days by weekdays or by a calendar; a row without a region stands for all others."""
    plant = read_plant(files())
    sea, elsewhere, air = plant.carriers
    assert sea == Carrier("sea", "north", timedelta(days=2), time(16), frozenset(range(5)), working=True)
    assert elsewhere == Carrier("sea", "", timedelta(hours=36), time(16), frozenset(range(6)))
    assert air == Carrier("air", "north", timedelta(hours=12), time(9, 30), calendar_id="day")
    assert plant.carriers_to("north") == (air, sea)
    assert plant.carriers_to("south") == (elsewhere,)
    assert plant.carriers_to("north", "sea") == (sea,)
    assert plant.carriers_to("south", "air") == ()
    assert [customer.carrier_id for customer in plant.customers] == ["air", "sea", ""]


# Old and new text of carriers.csv, the cell at which it must be told, and what is wrong with it.
WRONG = {
    "a cut-off that is no time": ("16:00,1-5", "4 pm,1-5", "2:cut_off", "'4 pm' is not a time of day"),
    "a cut-off after midnight": ("16:00,1-5", "24:30,1-5", "2:cut_off", "'24:30' is not on the clock"),
    "no cut-off": ("16:00,1-5", ",1-5", "2:cut_off", "the cell is empty"),
    "a lead of two years": ("2d", "730d", "2:lead", "730 days, 0:00:00 is out of range"),
    "weekdays and a calendar": ("1-5,,", "1-5,day,", "2:weekdays", "weekdays beside a calendar"),
    "neither of them": ("1-5,,", ",,", "2:weekdays", "the cell is empty"),
    "an unknown calendar": (",day,", ",night,", "4:calendar", "no calendar 'night'"),
    "a region twice": ("sea,,36h", "sea,north,36h", "3:region", "'sea, north' stands in row 2 already"),
    "every other region twice": ("air,north", "sea,", "4:carrier", "'sea' stands in row 3 already"),
    "a kind of lead": (",yes", ",maybe", "2:working", "'maybe' is neither yes nor no"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_carriers_is_told_at_its_cell(case):
    """One wrong text gives one violation."""
    old, new, cell, problem = WRONG[case]
    assert old in CARRIERS
    found = mistakes(files(CARRIERS.replace(old, new, 1), "customer\nACME\n"))
    assert list(found) == [f"carriers.csv:{cell}"]
    assert problem in found[f"carriers.csv:{cell}"][0]


def test_a_calendar_without_hours_is_no_calendar_of_a_carrier():
    """Nothing would ever be collected."""
    found = mistakes(files(CARRIERS.replace(",day,", ",idle,")) | {"calendars.csv": b"calendar\nday\nidle\n"})
    assert found == {"carriers.csv:4:calendar": ("calendar 'idle' has no working day", "a calendar with shifts")}


def test_a_customer_of_an_unknown_region_or_carrier_is_told_at_its_cell():
    """Where carriers are known; with one that goes everywhere every region is right."""
    nowhere = CARRIERS.replace("sea,,36h", "sea,east,36h")
    assert mistakes(files(nowhere)) == {"customers.csv:3:region": ("no carrier goes to 'south'", "north, east")}
    customers = CUSTOMERS.replace("north,air", "north,rail").replace("south,sea", "south,air")
    assert mistakes(files(customers=customers)) == {
        "customers.csv:2:carrier": ("no carrier 'rail'", "sea, air"),
        "customers.csv:3:carrier": ("'air' does not go to 'south'", "sea"),
    }


def test_a_plant_made_by_a_program_is_checked_as_well():
    """A carrier's region twice, a calendar that isn't there, a customer whom nobody reaches."""
    twice = Carrier("sea", "north", timedelta(0), time(16), calendar_id="night")
    plant = moulding_shop()
    with pytest.raises(InvalidInput) as refused:
        Plant(
            plant.settings, plant.calendars, plant.resources, plant.moulds, plant.changeovers, plant.items,
            plant.routings, carriers=(twice, twice), customers=(Customer("ACME", region="south"),),
        )  # fmt: skip
    assert [(found.field, found.problem) for found in refused.value.violations] == [
        ("carriers[0].calendar_id", "no calendar 'night'"),
        ("carriers[1].calendar_id", "no calendar 'night'"),
        ("carriers[1].region", "'sea' stands twice for 'north'"),
        ("customers[0].region", "no carrier goes to 'south'"),
    ]


def test_a_customer_fed_before_customers_had_carriers_is_read():
    """The stored row ends where the file ended then."""
    stored = files(customers="customer,name,region,grade,credit_limit,receivables,overdue_count,overdue_days\n")
    row = PlantRow("customers", "ACME", ("ACME", "Acme", "north", "A", "1000", "0", "0", "0"), 0)
    assert read_plant(with_rows(stored, [row])).customers == (
        Customer("ACME", "Acme", "north", "A", credit_limit_fen=100_000),
    )
