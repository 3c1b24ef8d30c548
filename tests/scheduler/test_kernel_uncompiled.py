"""The kernel compiled and the same functions in plain Python live through the same days."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from scheduler.compiled import COMPILED
from tests.scheduler.kernel_days import lived
from tests.strategies import days, small_plants

ROOT = Path(__file__).parents[2]


def some_days(plants, script, count):
    """`count` days, the same ones every time."""
    found = []

    @seed(20260302)
    @settings(max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(plants, script)
    def collect(plant, steps):
        found.append((plant, steps))

    collect()
    return found


@pytest.mark.skipif(not COMPILED, reason="there is nothing to compare: this process runs the plain kernel")
def test_compiled_and_plain_kernel_give_the_same_plans_and_answers(tmp_path):
    """Answers with their reasons, rows for the store, and every field of every operation, after each step."""
    book = some_days(small_plants(), days(6, 12), 30) + some_days(small_plants(plain=True), days(8, 14), 20)
    (tmp_path / "days").write_bytes(pickle.dumps(book))
    environment = {**os.environ, "JIAOQI_KERNEL": "python", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"}
    plain = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.scheduler.kernel_days", tmp_path / "days", tmp_path / "told"],
        cwd=ROOT,
        env=environment,
    )
    here = [lived(*day) for day in book]
    assert plain.wait() == 0
    compiled_there, there = pickle.loads((tmp_path / "told").read_bytes())
    assert not compiled_there
    for (plant, script), compiled, uncompiled in zip(book, here, there, strict=True):
        for step, ours, theirs in zip(script, compiled, uncompiled, strict=True):
            assert ours == theirs, (plant, step)
    assert sum(len(plan) for day in here for _, _, _, plan, _ in day) > 1000
