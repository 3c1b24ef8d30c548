"""Which requests may be remembered: most are new, and the store need not be asked for those."""

from __future__ import annotations

from collections.abc import Iterable

from promising.ports import PlantStore, RequestKey

BITS = 24
"""Two megabytes of marks: of new requests one in 200,000 is looked up at 100,000 remembered, one in 200 at 10^6."""
PAGE = 1000
"""Keys that are read at a time."""
_MASK = (1 << BITS) - 1


class Remembered:
    """Marks of all requests that the store remembers (a Bloom filter): what has no mark was never asked.

    Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970. Requests that are forgotten keep their
    marks until the store is read anew. The writer's to change, for any thread to ask.
    """

    def __init__(self, store: PlantStore) -> None:
        self._store = store
        self._marks = bytearray()
        self._last: RequestKey | None = None
        self.whole = False
        """True once the marks of all that the store remembers are made; until then everything may be remembered."""
        self.reading = True
        """True until then, or until reading on failed: then it begins when the store is read anew."""

    def forget(self) -> None:
        """Know nothing any more: the store may hold what nobody here has seen."""
        # Those who ask beside the writer must not meet empty marks that pass for whole ones.
        self.whole = False
        self._marks, self._last, self.reading = bytearray(), None, True

    def read_on(self) -> None:
        """Mark a few more of those that the store remembers, until it is all. Raises what the store does."""
        if self.reading:
            self.reading = False
            keys = self._store.request_keys(self._last, PAGE)
            self.add(keys)
            self._last = keys[-1] if keys else self._last
            self.whole = len(keys) < PAGE
            self.reading = not self.whole

    def add(self, keys: Iterable[RequestKey]) -> None:
        """Mark requests; those of a commit before it is made, whatever becomes of it."""
        self._marks = self._marks or bytearray(1 << BITS - 3)
        for key in keys:
            for bit in _bits(key):
                self._marks[bit >> 3] |= 1 << (bit & 7)

    def __contains__(self, key: RequestKey) -> bool:
        marks = self._marks
        if not self.whole:
            return True
        return bool(marks) and all(marks[bit >> 3] & 1 << (bit & 7) for bit in _bits(key))


def _bits(key: RequestKey) -> tuple[int, int, int]:
    made = hash((key.caller, key.request_id))
    return made & _MASK, made >> 20 & _MASK, made >> 40 & _MASK
