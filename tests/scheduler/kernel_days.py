"""Days at the desk, told in full: what was answered at each step and the whole plan after it.

Run as a program it reads days from one file and writes what happened to another, so that a process with another kernel
can live the same days.
"""

import pickle
import sys
from pathlib import Path

from scheduler.compiled import COMPILED
from tests.scheduler.test_planner_days import Desk


def lived(plant, script):
    """After each step the last answer, what the store must write, and the plan."""
    desk, told = Desk(plant), []
    for step in script:
        desk.take(step)
        plan = desk.planner.snapshot()
        told.append((desk.answers[-1:], desk.planner.take_delta(), plan.floor_s, plan.operations, plan.material))
    return told


if __name__ == "__main__":
    days, told = (Path(name) for name in sys.argv[1:])
    lives = [lived(*day) for day in pickle.loads(days.read_bytes())]
    told.write_bytes(pickle.dumps((COMPILED, lives)))
