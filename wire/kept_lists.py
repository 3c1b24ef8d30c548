"""Lists of the plan that somebody reads page by page, kept while he does."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TypeAlias

from domain.promises import Reservation

KEPT_MAX = 4
"""Lists kept at once; a list of 15,000 operations takes some megabytes."""
KEPT_S = 120.0
"""How long a list is kept after it was last read, seconds."""

Key: TypeAlias = tuple[int, bytes]
"""Version of the plan, and the filter."""


class KeptLists:
    """The last few lists of which there is another page; for any thread."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Key, tuple[float, list[Reservation]]] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Key, found: list[Reservation]) -> None:
        """Keep a list from now on; the one that was read longest ago makes room."""
        with self._lock:
            self._lists[key] = (time.monotonic(), found)
            self._lists.move_to_end(key)
            self._forget()

    def find(self, key: Key) -> list[Reservation] | None:
        """The list, if it is still kept."""
        with self._lock:
            self._forget()
            kept = self._lists.get(key)
        return None if kept is None else kept[1]

    def _forget(self) -> None:
        oldest = time.monotonic() - KEPT_S
        while self._lists and (len(self._lists) > KEPT_MAX or next(iter(self._lists.values()))[0] < oldest):
            self._lists.popitem(last=False)
