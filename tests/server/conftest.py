"""What a server that is started inside a test leaves of itself in this process is put back."""

import logging
import signal
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def process_as_before() -> Iterator[None]:
    """Logs, signals and the pace of threads: a later test, on the same worker by chance, must not see them."""
    ours, numbers = logging.getLogger("jiaoqi"), (signal.SIGTERM, signal.SIGINT)
    handlers, propagate, level = list(ours.handlers), ours.propagate, ours.level
    signals = [signal.getsignal(number) for number in numbers]
    pace = sys.getswitchinterval()
    yield
    ours.handlers, ours.propagate = handlers, propagate
    ours.setLevel(level)
    for number, handler in zip(numbers, signals, strict=True):
        signal.signal(number, handler)
    sys.setswitchinterval(pace)
