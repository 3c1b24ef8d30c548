"""Four factories as generators: `make(name, seed)` gives a plant with the demand that comes to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.errors import InvalidInput
from simulators.factories import brakes, furniture, moulding, trade
from simulators.factories.factory import Factory, Parameter

__all__ = ["FACTORIES", "Factory", "Parameter", "make"]

FACTORIES: Mapping[str, Callable[[int], Factory]] = {
    "moulding": moulding.make,
    "brakes": brakes.make,
    "trade": trade.make,
    "furniture": furniture.make,
}
"""By name, in the order in which they are told."""


def make(name: str, seed: int = 1) -> Factory:
    """The factory of a name, the same one for the same seed. Raises InvalidInput for an unknown name."""
    if name not in FACTORIES:
        raise InvalidInput.one("factory", f"no factory {name!r}", ", ".join(FACTORIES))
    return FACTORIES[name](seed)
