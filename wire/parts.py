"""The field mask of orders: which optional parts an answer carries."""

from __future__ import annotations

from google.protobuf.field_mask_pb2 import FieldMask
from msgspec import Struct

from domain.errors import InvalidInput

ALWAYS = "promise"
PATHS_MAX = 32


class Parts(Struct, frozen=True):
    """Which parts to carry besides the promise."""

    reasons: bool = False
    load: bool = False
    mould_state: bool = False
    chain: bool = False
    options: bool = False

    @property
    def surroundings(self) -> bool:
        """Whether anything must be looked up that isn't in the promise."""
        return self.load or self.mould_state


def parts_from_mask(mask: FieldMask, default: Parts, allowed: tuple[str, ...]) -> Parts:
    """Read a field mask. Raises InvalidInput for a path that isn't one of `allowed`."""
    if not mask.paths:
        return default
    if len(mask.paths) > PATHS_MAX:
        raise InvalidInput.one("field_mask", f"{len(mask.paths)} paths", f"0 to {PATHS_MAX}")
    wanted = set(mask.paths)
    if "*" in wanted:
        wanted = {*wanted - {"*"}, *allowed}
    unknown = wanted - {ALWAYS, *allowed}
    if unknown:
        raise InvalidInput.one(
            "field_mask", f"{min(unknown)!r} is no part of the answer", ", ".join((ALWAYS, *allowed, "*"))
        )
    return Parts(**dict.fromkeys(wanted - {ALWAYS}, True))
