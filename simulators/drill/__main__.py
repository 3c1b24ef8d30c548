"""`jiaoqi drill`: plays the scenarios on a real server and judges them by the file of limits.

Run it as `python -m simulators.drill`. Exit status 0: every limit is kept. 1: at least one is broken, which the last
line tells. 2: what was given is wrong, or the server can't be started.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from client.calls import CallError
from client.catalogue import LANGUAGES, language_of, say, use_language
from client.csv_rows import BadFile
from client.history_file import read_history
from client.order_file import OrderFile
from client.server_words import in_words
from domain.errors import InvalidInput
from domain.values import replace
from simulators.drill.days import BadOrders, Book, plant_folder, read_book, shipped_book
from simulators.drill.limits import SCENARIOS, SEEDS_MAX, SHIPPED, BadLimits, read_limits
from simulators.drill.page import write_page
from simulators.drill.runs import Setting, drill
from simulators.drill.scene import Trade
from simulators.drill.screen import Screen
from simulators.drill.small import SEEDS

HERE = Path(__file__).parent
BROKEN, WRONG = 1, 2
LEVEL_MAX = 10.0
LEARN_MAX = 100


def whole(low: int, high: int) -> Callable[[str], int]:
    """What reads a whole number of a range."""

    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value}: {low} – {high}")
        return value

    return read


def level(text: str) -> float:
    """Read how much goes otherwise."""
    value = float(text)
    if not 0 <= value <= LEVEL_MAX:
        raise argparse.ArgumentTypeError(f"{value}: 0 – {LEVEL_MAX}")
    return value


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; its language counts for the help, too."""
    parser = argparse.ArgumentParser(prog="jiaoqi drill", description=say("help.drill"))
    parser.add_argument("--plant", type=Path, help=say("help.drill.plant"))
    parser.add_argument("--orders", type=Path, help=say("help.drill.orders"))
    parser.add_argument("--rules", help=say("help.drill.rules"))
    parser.add_argument("--promotions", type=Path, help=say("help.drill.promotions"))
    parser.add_argument("--limits", type=Path, default=SHIPPED, help=say("help.drill.limits"))
    parser.add_argument("--scenario", action="append", choices=SCENARIOS, help=say("help.drill.scenario"))
    parser.add_argument("--seed", type=whole(0, 2**31 - 1), default=1, help=say("help.drill.seed"))
    parser.add_argument("--seeds", type=whole(0, SEEDS_MAX), help=say("help.drill.seeds"))
    days = parser.add_mutually_exclusive_group()
    days.add_argument("--execute", type=level, metavar="LEVEL", help=say("help.drill.execute"))
    days.add_argument("--small", action="store_true", help=say("help.drill.small"))
    parser.add_argument("--history", type=Path, metavar="CSV", help=say("help.drill.history"))
    parser.add_argument("--learn", type=whole(0, LEARN_MAX), default=0, metavar="DAYS", help=say("help.drill.learn"))
    parser.add_argument("--compression", type=whole(1, 10**5), default=300, help=say("help.drill.compression"))
    parser.add_argument("--out", type=Path, help=say("help.drill.out"))
    parser.add_argument("--lang", choices=("", *LANGUAGES), default="", help=say("help.lang"))
    parser.add_argument("--json", action="store_true", help=say("help.json"))
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the drill; returns its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    given = dict(pairwise(words)).get("--lang", "")
    use_language(given if given in LANGUAGES else language_of(os.environ))
    found = parsed(arguments)
    console = Console(highlight=False, emoji=False, markup=False, quiet=found.json, soft_wrap=True)
    try:
        return _run(found, Screen(console))
    except BadLimits as error:
        rows = [say("drill.bad_field", field=m.field, value=m.value, allowed=m.allowed) for m in error.mistakes]
        return _wrong(say("drill.bad_limits", file=error.file), *rows)
    except BadOrders as error:
        rows = [
            say("drill.bad_row", row=e.row, column=e.column, value=repr(e.value), allowed=e.allowed)
            for e in error.file.errors
        ]
        return _wrong(say("drill.bad_orders", file=error.path), *(rows or [say("drill.nothing")]))
    except InvalidInput as error:
        rows = [
            say("drill.bad_field", field=each.field, value=in_words(each.problem), allowed=in_words(each.allowed))
            for each in error.violations
        ]
        return _wrong(say("drill.error", problem=found.plant), *rows)
    except (BadFile, CallError, OSError) as error:
        return _wrong(say("drill.error", problem=error))
    except KeyboardInterrupt:
        return 130


def _run(given: argparse.Namespace, screen: Screen) -> int:
    if (given.plant is None) != (given.orders is None):
        return _wrong(say("drill.both"))
    if given.learn and given.execute is None:
        return _wrong(say("drill.learn_alone"))
    limits = read_limits(given.limits)
    book, trade = _book(given)
    if given.history is not None:
        lines, errors = read_history(given.history, book.plant.zone)
        if errors:
            raise BadOrders(given.history, OrderFile([], [], errors, []))
        book = replace(book, history=lines)
    usual = max(limits.seeds, SEEDS) if given.small else 0 if given.scenario else limits.seeds
    seeds = given.seeds if given.seeds is not None else usual
    scenarios = tuple(given.scenario or (() if given.small else SCENARIOS))
    setting = Setting(
        scenarios, given.seed, seeds, given.compression, given.execute, learn=given.learn, small=given.small
    )
    with TemporaryDirectory() as scratch:
        result = drill(book, trade, limits, setting, screen, Path(scratch))
    if given.out is not None:
        write_page(result, given.out)
    screen.verdict(result)
    if given.out is not None:
        screen.written(given.out)
    if given.json:
        print(json.dumps(result.told(), ensure_ascii=False, indent=2))
    return BROKEN if result.broken else 0


def _book(given: argparse.Namespace) -> tuple[Book, Trade]:
    """The orders of the day on their plant, and the rules and promotions that decide them."""
    if given.plant is None:
        return shipped_book(), Trade(given.rules or str(HERE / "rules"), given.promotions or HERE / "offers.csv")
    book = read_book(plant_folder(given.plant), given.orders, given.seed)
    return book, Trade(given.rules or "", given.promotions)


def _wrong(*rows: str) -> int:
    print(*rows, sep="\n", file=sys.stderr)
    return WRONG


if __name__ == "__main__":
    sys.exit(main())
