"""A store that is read before its desk asks, while the rest of a server is imported."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from promising.ports import StandingOrder, Stored
from store.database import Store


class StoreAhead(Store):
    """Claims the plant and reads all that a desk begins with as soon as it is opened, on a thread of its own.

    The first `claim`, `load` and `load_orders` wait for that, and raise what it raised; later ones read anew. Most of
    the reading is the database's work, for which no interpreter is needed.
    """

    def __init__(self, where: str | Path, *, alone: bool = False) -> None:
        # A store that can't be opened is closed.
        self._reader = ThreadPoolExecutor(1, "ahead")
        super().__init__(where, alone=alone)
        self._claimed: Future[None] | None = self._reader.submit(super().claim)
        self._loaded: Future[Stored] | None = self._reader.submit(self._load_claimed, self._claimed)
        self._ordered: Future[Iterable[StandingOrder]] | None = self._reader.submit(self._orders_after, self._loaded)
        self._reader.shutdown(wait=False)

    def _load_claimed(self, claimed: Future[None]) -> Stored:
        # Nothing is read before nobody else writes.
        claimed.result()
        return super().load()

    def _orders_after(self, loaded: Future[Stored]) -> Iterable[StandingOrder]:
        # Where the one can't be read, nobody need wait for the other.
        loaded.result()
        return super().load_orders()

    def close(self) -> None:
        self._reader.shutdown()
        super().close()

    def claim(self) -> None:
        claimed, self._claimed = self._claimed, None
        if claimed is None:
            super().claim()
        else:
            claimed.result()

    def load(self) -> Stored:
        loaded, self._loaded = self._loaded, None
        return super().load() if loaded is None else loaded.result()

    def load_orders(self) -> Iterable[StandingOrder]:
        ordered, self._ordered = self._ordered, None
        return super().load_orders() if ordered is None else ordered.result()
