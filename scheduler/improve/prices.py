"""What the time of a machine is worth, and the least its work can cost at such prices: a bound from below. Compiled.

At a price by the second for the machine's time, each operation alone begins where price and tardiness together are
least; the sum of these costs, less the worth of all time offered, is never more than the tardiness of any plan. This
is the Lagrangian dual of the model indexed by time (Dyer and Wolsey 1990), raised by the volume algorithm (Barahona
and Anbil 2000). Releases count, and no work is cut.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.arrays import Ints
from scheduler.improve.folder import kernel_of

Floats = npt.NDArray[np.float64]
SLOTS = (450, 900, 1800)
"""In how many slots a price is told, coarse ones first."""
SHARES = (0.4, 0.2, 0.4)
"""Which share of the rounds is for each."""
NEW = 0.1
"""How much the last round counts in the direction in which prices move."""
PATIENCE = 8
"""Rounds without anything better before steps get shorter."""
LEAST_STEP = 1e-3
MOST_ROUNDS = 2000
LEAST_ROUNDS = 200
"""With fewer nothing worth having would be proven."""
EVEN = 1e-9
"""Costs are the same when they differ by less than this share of the worth of all time."""

priced_kernel = kernel_of("prices", __file__)


@priced_kernel
def cost_at(head: Ints, length: Ints, due: Ints, weight: Ints, price: Floats, slot: int, use: Floats) -> float:
    """Least cost at these prices, of a second in each slot; the last is 0 and for all time after.

    `use` tells how many seconds of each slot the operations take where each is cheapest.
    """
    slots = price.shape[0] - 1
    worth = np.zeros(slots + 1)
    for k in range(slots):
        worth[k + 1] = worth[k] + price[k] * slot
        use[k] = 0.0
    total = -worth[slots]
    drawn, even = 1, EVEN * (1.0 + worth[slots])
    for j in range(head.shape[0]):
        took = length[j]
        best, at, equal = np.inf, 0, 1
        # Between these the cost changes linearly: begins and ends of slots, and the due time.
        for kind in range(4):
            start, count = head[j], 1
            if kind == 1:
                start = due[j] - took
            elif kind == 2:
                start = (head[j] + slot - 1) // slot * slot
                count = slots + 1
            elif kind == 3:
                start = (head[j] + took + slot - 1) // slot * slot - took
                count = slots + 1
            if start < head[j] or start + took > slots * slot:
                continue
            for _ in range(count):
                end = start + took
                late = max(0.0, float(end - due[j])) * weight[j]
                if late >= best:
                    break
                first, last = min(start // slot, slots), min(end // slot, slots)
                cost = late + worth[last] - worth[first]
                cost += price[last] * (end - last * slot) - price[first] * (start - first * slot)
                # Where many starts cost the same, as if drawn among them: a second at one of them is not asked by all.
                if cost < best - even:
                    best, at, equal = cost, start, 1
                elif cost <= best + even:
                    equal += 1
                    drawn = (drawn * 1103515245 + 12345) % 2147483648
                    if (drawn >> 12) % equal == 0:
                        at = start
                    best = min(best, cost)
                start += slot
                if start + took > slots * slot:
                    break
        total += best
        for k in range(at // slot, min((at + took - 1) // slot + 1, slots)):
            use[k] += min(at + took, (k + 1) * slot) - max(at, k * slot)
    return float(total)


def first_prices(head: Ints, length: Ints, due: Ints, weight: Ints) -> tuple[Ints, Floats, int]:
    """Times, prices there, and what that plan costs: one by modified due times.

    Before work that is late a second is worth what it would save on all that follows without a break.
    """
    left = np.ones(len(head), bool)
    rows: list[tuple[int, int, int]] = []
    now = cost = 0
    for _ in range(len(head)):
        if not (left & (head <= now)).any():
            now = int(head[left].min())
        x = int(np.argmin(np.where(left & (head <= now), np.maximum(due, now + length), 1 << 60)))
        left[x] = False
        rows.append((now, now + int(length[x]), x))
        now += int(length[x])
        cost += int(weight[x]) * max(0, now - int(due[x]))
    times, prices, price, follows = [now], [0.0], 0.0, now
    for start, end, x in reversed(rows):
        if end < follows:
            price = 0.0
        if end > due[x]:
            price += float(weight[x])
        times.append(start)
        prices.append(price)
        follows = start
    return np.array(times[::-1]), np.array(prices[::-1]), cost


def priced(head: Ints, length: Ints, due: Ints, weight: Ints, looks: int) -> int:
    """What the work of a machine costs at least, in weighted seconds late; 0 when nothing is proven, as with few looks.

    `looks` is how many starts are looked at in all: 100 million take about a second.
    """
    if looks < LEAST_ROUNDS * 2 * SLOTS[0] * len(head):
        return 0
    times, known, most = first_prices(head, length, due, weight)
    # The best plan of a machine alone leaves no time unused after the last release.
    until = int(head.max() + length.sum())
    price: Floats | None = None
    proven, before = 0.0, 0
    for slots, share in zip(SLOTS, SHARES, strict=True):
        slot = max(1, -(-until // slots))
        rounds = int(share * min(MOST_ROUNDS, looks / (2 * slots * len(head))))
        if price is None:
            price = np.interp((np.arange(slots) + 0.5) * slot, times, known)
        else:
            price = np.interp((np.arange(slots) + 0.5) * slot, (np.arange(len(price)) + 0.5) * before, price)
        before = slot
        price, found = _raised((head, length, due, weight), price, slot, rounds, most)
        proven = max(proven, found)
    # What floating point may have added.
    return max(0, int(proven * (1 - 1e-9)) - 1)


def _raised(
    work: tuple[Ints, Ints, Ints, Ints], price: Floats, slot: int, rounds: int, most: int
) -> tuple[Floats, float]:
    """The best prices after so many rounds, and what they prove."""
    best, found = price, 0.0
    use, over = np.zeros(len(price)), np.zeros(len(price))
    step, waited = 0.5, 0
    for turn in range(rounds):
        value = cost_at(*work, np.append(price, 0.0), slot, use)
        here = use / slot - 1
        over = (1 - NEW) * over + NEW * here if turn else here
        if value > found or turn == 0:
            best, found, waited = price, value, 0
            step = min(2.0, step * 1.1) if float(here @ over) > 0 else step
        else:
            waited += 1
            if waited == PATIENCE:
                step, waited = step * 0.67, 0
        way = np.where((best <= 0) & (over < 0), 0.0, over)
        length = float(way @ way) * slot
        if step < LEAST_STEP or length <= 0 or found >= most:
            break
        price = np.maximum(0.0, best + step * (most - found) / length * way)
    return best, found
