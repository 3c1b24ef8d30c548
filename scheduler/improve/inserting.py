"""A book planned line by line: each operation in the first gap of its machine that it fits into. Compiled."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from scheduler.arrays import INF, Ints
from scheduler.improve.folder import kernel_of
from scheduler.improve.sequences import arrival, run
from scheduler.improve.shop import AFTER, DUR, END, IN0, IN1, K_OP, MACH, OUT0, OUT1, READY, START, Shop


class InsertionOrder(IntEnum):
    """What is put in first; among equals what is due first."""

    INSERT_DUE = 10
    """Line by line, the one that is due first."""
    INSERT_SLACK = 11
    """Line by line, the one with the least time left beside its work."""
    INSERT_WEIGHT = 12
    """Line by line, the one that costs most when it is late."""
    INSERT_OPERATIONS = 13
    """Not line by line: the operation that has to begin first for its line to be in time."""


BY_DUE, BY_SLACK, BY_WEIGHT, BY_OPERATION = (int(order) for order in InsertionOrder)


insertion_kernel = kernel_of("insertion", __file__)


@insertion_kernel
def keys_of(ops: Ints, links: Ints, due: Ints, weight: Ints, order: int, topological: Ints, key: Ints) -> None:
    """Key of each operation, the least first; in `topological` predecessors come first."""
    for i in range(ops.shape[0]):
        key[i] = due[i]
        if order in (BY_SLACK, BY_OPERATION):
            key[i] -= ops[i, AFTER] + ops[i, DUR]
        if order == BY_WEIGHT:
            key[i] = -weight[i]
    if order == BY_OPERATION:
        return
    # All work of a line has the key of what is most urgent in it; what comes first never has a greater one.
    for place in range(ops.shape[0]):
        i = topological[place]
        for b in range(ops[i, IN0], ops[i, IN1]):
            key[i] = min(key[i], key[links[b, K_OP]])
    for place in range(ops.shape[0] - 1, -1, -1):
        i = topological[place]
        for e in range(ops[i, OUT0], ops[i, OUT1]):
            key[i] = min(key[i], key[links[e, K_OP]])


@insertion_kernel
def put_in(ops: Ints, links: Ints, free: Ints, z: Ints, first: Ints) -> bool:
    """Put all operations in, in the order `first`, which has predecessors first; True when all fit.

    Then START and END are their times.
    """
    machines = free.shape[0]
    room = np.zeros(machines + 1, np.int64)
    for i in range(ops.shape[0]):
        room[ops[i, MACH] + 1] += 1
    for m in range(machines):
        room[m + 1] += room[m]
    count = np.zeros(machines, np.int64)
    row = np.empty(ops.shape[0], np.int64)
    for place in range(first.shape[0]):
        i = first[place]
        m = ops[i, MACH]
        ready = max(ops[i, READY], free[m])
        for b in range(ops[i, IN0], ops[i, IN1]):
            ready = max(ready, arrival(ops, links, z, i, b))
        # The first that ends after that: what ends before is passed.
        low, high = room[m], room[m] + count[m]
        while low < high:
            middle = (low + high) // 2
            if ops[row[middle], END] <= ready:
                low = middle + 1
            else:
                high = middle
        last = room[m] + count[m]
        at, start, end = low, ready, INF
        while True:
            before = max(ready, ops[row[at - 1], END]) if at > room[m] else ready
            if at < last and ops[row[at], START] - before < ops[i, DUR]:
                at += 1
                continue
            start, end = run(ops, z, i, before)
            if at == last or end <= ops[row[at], START]:
                break
            at += 1
        if end >= INF:
            return False
        ops[i, START], ops[i, END] = start, end
        for k in range(last, at, -1):
            row[k] = row[k - 1]
        row[at] = i
        count[m] += 1
    return True


def inserted(shop: Shop, ops: Ints, due: Ints, weight: Ints, order: InsertionOrder) -> Ints | None:
    """The operations by their starts, planned so; None when they don't fit into the calendars known.

    `ops` are those of the shop with AFTER, and are changed; `due` and `weight` are by operation.
    """
    topological = np.argsort(shop.ops[:, START], kind="stable")
    key, place = np.empty(len(ops), np.int64), np.empty(len(ops), np.int64)
    keys_of(ops, shop.links, due, weight, int(order), topological, key)
    place[topological] = np.arange(len(ops))
    if not put_in(ops, shop.links, shop.free, shop.z, np.lexsort((place, due, key))):
        return None
    return np.argsort(ops[:, START], kind="stable")
