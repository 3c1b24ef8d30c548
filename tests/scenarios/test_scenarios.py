"""The checker's own re-timing gives the times worked out by hand, and the checker passes them."""

import pytest

from scheduler.verify import retime, verify
from tests.scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_sequences_give_the_times_worked_out_by_hand(name: str) -> None:
    """Every dismounting, fetching, setup and run to the second."""
    scenario = SCENARIOS[name]()
    assert retime(scenario.snapshot) == scenario.expected


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_checker_passes_the_plan(name: str) -> None:
    """No rule is broken."""
    assert verify(SCENARIOS[name]().snapshot) == []


def test_every_concept_is_there() -> None:
    """A file that is not found would test nothing."""
    assert len({name.partition(".")[0] for name in SCENARIOS}) == 11
