"""How long a run takes by the second at which it starts: constant over stretches of starts, exact over pauses."""

from __future__ import annotations

from domain.items import Pause
from scheduler.cpsat.problem import Span
from scheduler.verify.hours import WorkingTime


def spans(on: WorkingTime, work_s: int, pause: Pause, chunk_s: int, first_s: int, last_s: int) -> tuple[Span, ...]:
    """All runs of `work_s` > 0 working seconds that start at `first_s` or later and end by `last_s`, by length.

    A run starts in working time, where at least `chunk_s` of it fits before the first pause, and pauses only over
    what `pause` allows.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    need = work_s if pause is Pause.NONE else max(1, min(chunk_s, work_s))
    for i, (opens, closes) in enumerate(on.windows):
        if closes <= first_s:
            continue
        if opens >= last_s:
            break
        low, high = max(opens, first_s), closes - need
        k = i
        while low <= high and k < len(on.windows):
            if k > i and (pause is Pause.NONE or (pause is Pause.SHIFT and _down(on, closes, on.starts[k]))):
                break
            # The run ends in window k when it starts by this second, and that much later than it starts.
            last = min(high, opens + on.before[k + 1] - on.before[i] - work_s)
            length = on.starts[k] - on.before[k] + on.before[i] - opens + work_s
            if low <= last and low + length <= last_s:
                found.setdefault(length, []).append((low, min(last, last_s - length)))
            low = max(low, last + 1)
            k += 1
    return tuple(Span(length, tuple(starts)) for length, starts in sorted(found.items()))


def _down(on: WorkingTime, start_s: int, end_s: int) -> bool:
    return on.downtime_within(start_s, end_s) is not None
