"""Writes a factory as a plant folder, with the figures it was made from: `python -m simulators.factories NAME DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from promising.plant_files import write_plant
from simulators.factories import FACTORIES, make


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folder, which must be new or empty; the figures go to standard output."""
    parser = argparse.ArgumentParser(prog="python -m simulators.factories", description=__doc__)
    parser.add_argument("name", choices=tuple(FACTORIES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if given.folder.exists() and any(given.folder.iterdir()):
        print(f"{given.folder} is not empty", file=sys.stderr)
        return 2
    factory = make(given.name, given.seed)
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, content in write_plant(factory.plant).items():
        (given.folder / name).write_bytes(content)
    print(f"{factory.name}, seed {given.seed}: {len(factory.plant.items)} items, opens {factory.opening.isoformat()}")
    for each in factory.parameters:
        print(f"{each.name} = {each.value} ({each.unit}): {each.reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
