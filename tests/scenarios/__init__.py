"""Golden scenarios, one file per concept: functions that give a plant, its work in rank order, and its times.

The expected times are worked out by hand. Whatever times a plan, checker or kernel, must give just these.
"""

from collections.abc import Callable
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path

from tests.plants import Scenario


def _scenarios() -> dict[str, Callable[[], Scenario]]:
    found: dict[str, Callable[[], Scenario]] = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if not path.stem.startswith("test_"):
            module = import_module(f"tests.scenarios.{path.stem}")
            for name, function in getmembers(module, isfunction):
                if function.__module__ == module.__name__:
                    found[f"{path.stem}.{name}"] = function
    return found


SCENARIOS = _scenarios()
