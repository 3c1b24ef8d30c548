"""`python -m simulators.world`: live the lives of many seeds, tell the first that breaks, and how to live it again."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from rich.progress import track

from scheduler.warm import warm
from simulators.world.life import Life, live, shrunk


def main() -> int:
    """Exit code 1 where something broke."""
    parser = ArgumentParser(prog="python -m simulators.world", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--lives", type=int, default=1, help="how many seeds, one after the other")
    parser.add_argument("--days", type=int, default=20, help="simulated days of each")
    parser.add_argument("--without", default="", help="numbers of steps to leave out, with commas between")
    parser.add_argument("--habits", action="store_true", help="each life does a few kinds of steps far more often")
    parser.add_argument("--rules", action="store_true", help="the desk decides by rules, whose owner changes them")
    parser.add_argument("--power", action="store_true", help="the machine may lose its power while it writes")
    parser.add_argument("--planners", action="store_true", help="several planners act on what they saw before")
    parser.add_argument("--as-is", action="store_true", help="tell a life that breaks as it is, without shrinking it")
    chosen = parser.parse_args()
    warm()
    without = frozenset(int(number) for number in chosen.without.split(",") if number)
    for seed in track(range(chosen.seed, chosen.seed + chosen.lives), "lives", disable=chosen.lives == 1):
        end = live(Life(seed, chosen.days, without, chosen.habits, chosen.rules, chosen.power, chosen.planners))
        if end.why:
            print(end if chosen.as_is else shrunk(end))
            return 1
    print(f"{chosen.lives} lives of {chosen.days} days from seed {chosen.seed} on: all held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
