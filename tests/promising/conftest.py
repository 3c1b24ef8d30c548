from collections.abc import Iterator
from time import monotonic

import pytest

from tests.promising.desks import Bench, bench
from tests.promising.kept import Kept
from tests.stores import Places


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    """The moulding shop on Monday at 8:00, with no orders."""
    with bench(places()) as opened:
        yield opened


@pytest.fixture(scope="module")
def process() -> Iterator[Kept]:
    """Searches for other plans, for all desks of a file."""
    made = Kept(monotonic)
    yield made
    made.end()
