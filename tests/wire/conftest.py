"""A real server in this process: store, desk, planner, gRPC on a free port."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from client.calls import JiaoqiClient
from domain.plant import ClockMode, Plant
from domain.values import replace
from promising.desk import Desk
from promising.plant_files import write_plant
from promising.settings import DeskSettings, Redispatch
from store.clock import SystemClock
from store.database import Store
from tests.plants import moulding_shop
from tests.promising.test_lots import works
from tests.scheduler.test_sourcing import NOW
from tests.stores import Places
from wire.callers import Callers
from wire.edge import Edge, EdgeSettings
from wire.metrics import Metrics

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""08:00 in the shop."""
PATIENCE_S = 200.0
"""The first decision on a machine may have to compile the kernel."""
STILL = DeskSettings(redispatch=Redispatch.OFF, option_most=timedelta(minutes=5))
"""Nothing is sequenced anew unless an answer asks it: two reads of one promise are equal, whenever they are made."""


@dataclass
class Running:
    """A served desk, and a channel to it."""

    desk: Desk
    edge: Edge
    metrics: Metrics
    address: str
    channel: grpc.Channel

    def client(self, timeout_s: float = PATIENCE_S, **options) -> JiaoqiClient:
        return JiaoqiClient(self.address, timeout_s=timeout_s, **options)


def shop(**settings) -> Plant:
    """The moulding shop with a manual clock."""
    plant = moulding_shop()
    return replace(plant, settings=replace(plant.settings, clock=ClockMode.MANUAL, **settings))


@contextmanager
def serving(
    path: Path | str,
    plant: Plant | None = None,
    desk_settings: DeskSettings = STILL,
    edge_settings: EdgeSettings | None = None,
    callers: Callers | None = None,
) -> Iterator[Running]:
    """Serve a plant from Monday 08:00 on, or what the store holds."""
    metrics = Metrics()
    store = Store(path)
    desk = Desk(store, SystemClock(), desk_settings, metrics=metrics)
    desk.start()
    edge = Edge(desk, edge_settings or EdgeSettings(waiting_calls=80), metrics, callers)
    try:
        if plant is not None:
            desk.import_plant(write_plant(plant), request_id="plant", caller="tests")
            desk.set_clock(MONDAY)
        address = f"127.0.0.1:{edge.start()}"
        with grpc.insecure_channel(address) as channel:
            yield Running(desk, edge, metrics, address, channel)
    finally:
        edge.stop(1.0)
        desk.stop(1.0)
        store.close()


@pytest.fixture
def serve(tmp_path: Path, store_kind: str) -> Iterator[Callable[..., object]]:
    """Serve from a store of this test; the same name again is the same store."""
    places = Places(store_kind, tmp_path)

    def start(plant: Plant | None = None, name: str = "shop", **settings):
        return serving(places(name), plant, **settings)

    yield start
    places.remove()


@pytest.fixture
def running(serve) -> Iterator[Running]:
    """The moulding shop, served for one test."""
    with serve(shop()) as served:
        yield served


@pytest.fixture
def lamps(serve) -> Iterator[Running]:
    """The lamps' plant at eight on Monday."""
    with serve(works()) as served:
        served.desk.set_clock(NOW)
        yield served
