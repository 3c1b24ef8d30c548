"""Heads forward and tails backward in rank order, each operation once, everything undoable. Compiled."""

from __future__ import annotations

from scheduler.arrays import (
    BACKED,
    DISD,
    DISM,
    DUR,
    E_FROM,
    E_NIN,
    E_NOUT,
    E_TO,
    EIN,
    END,
    EOUT,
    FETL,
    L_HEAD,
    L_KIND,
    LABEL,
    OPEN,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    QUEUED,
    S_BACK,
    S_EXACT,
    S_FULL,
    S_HEAP,
    S_SHIFTED,
    S_UNDO,
    SETD,
    SETTER,
    STAIL,
    START,
    STATE,
    T_COLUMNS,
    T_HEADS,
    TAIL,
    V_NPL,
    VAR,
    VIS,
    VTAIL,
    Arrays,
)  # fmt: skip
from scheduler.compiled import kernel
from scheduler.lanes import before, last_before, mark_dirty, next_on
from scheduler.retime import late, retail, retime


@kernel
def push(k: Arrays, x: int) -> None:
    """Queue `x` for re-timing forward, lowest rank first; not twice, and never a fixed or removed operation."""
    if x < 0 or k.ops[x, QUEUED] or k.ops[x, STATE] != OPEN:
        return
    k.ops[x, QUEUED] = 1
    i = k.s[S_HEAP]
    k.s[S_HEAP] = i + 1
    heap = k.heap
    while i > 0:
        parent = (i - 1) >> 1
        if not before(k, x, heap[parent]):
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = x


@kernel
def pop(k: Arrays) -> int:
    """Take the queued operation of the lowest rank."""
    heap = k.heap
    top = heap[0]
    n = k.s[S_HEAP] - 1
    k.s[S_HEAP] = n
    k.ops[top, QUEUED] = 0
    if n > 0:
        x = heap[n]
        i = 0
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and before(k, heap[child + 1], heap[child]):
                child += 1
            if not before(k, heap[child], x):
                break
            heap[i] = heap[child]
            i = child
        heap[i] = x
    return top


@kernel
def push_back(k: Arrays, x: int) -> None:
    """Queue `x` for its tails, highest rank first."""
    if x < 0 or k.ops[x, BACKED] or k.ops[x, STATE] != OPEN:
        return
    k.ops[x, BACKED] = 1
    i = k.s[S_BACK]
    k.s[S_BACK] = i + 1
    heap = k.back
    while i > 0:
        parent = (i - 1) >> 1
        if not before(k, heap[parent], x):
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = x


@kernel
def pop_back(k: Arrays) -> int:
    """Take the queued operation of the highest rank."""
    heap = k.back
    top = heap[0]
    n = k.s[S_BACK] - 1
    k.s[S_BACK] = n
    k.ops[top, BACKED] = 0
    if n > 0:
        x = heap[n]
        i = 0
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and before(k, heap[child], heap[child + 1]):
                child += 1
            if not before(k, x, heap[child]):
                break
            heap[i] = heap[child]
            i = child
        heap[i] = x
    return top


@kernel
def clear_queues(k: Arrays) -> None:
    """Forget what is queued, after a trial that failed."""
    for i in range(k.s[S_HEAP]):
        k.ops[k.heap[i], QUEUED] = 0
    for i in range(k.s[S_BACK]):
        k.ops[k.back[i], BACKED] = 0
    k.s[S_HEAP] = 0
    k.s[S_BACK] = 0


@kernel
def save(k: Arrays, x: int) -> None:
    """Note the times of `x` for an undo; without changeovers and moulds only the few that can change."""
    n = k.s[S_UNDO]
    if n >= k.undone.shape[0]:
        k.s[S_FULL] = 1
        return
    k.undone[n] = x
    ops, undo = k.ops, k.undo
    if k.s[S_EXACT]:
        undo[n, START], undo[n, END], undo[n, VIS] = ops[x, START], ops[x, END], ops[x, VIS]
        undo[n, DUR], undo[n, TAIL] = ops[x, DUR], ops[x, TAIL]
        undo[n, STAIL], undo[n, VTAIL] = ops[x, STAIL], ops[x, VTAIL]
    else:
        for c in range(T_COLUMNS):
            undo[n, c] = ops[x, c]
    k.s[S_UNDO] = n + 1


@kernel
def changed(k: Arrays, x: int, n: int) -> bool:
    """The heads of `x` differ from those noted in row `n`."""
    if k.s[S_EXACT]:
        return k.ops[x, END] != k.undo[n, END] or k.ops[x, START] != k.undo[n, START]
    for c in range(T_HEADS):
        if k.ops[x, c] != k.undo[n, c]:
            return True
    return False


@kernel
def rollback(k: Arrays, mark: int) -> None:
    """Put back the times noted since `mark`."""
    ops, undo = k.ops, k.undo
    for n in range(k.s[S_UNDO] - 1, mark - 1, -1):
        x = k.undone[n]
        if k.s[S_EXACT]:
            ops[x, START], ops[x, END], ops[x, VIS] = undo[n, START], undo[n, END], undo[n, VIS]
            ops[x, DUR], ops[x, TAIL] = undo[n, DUR], undo[n, TAIL]
            ops[x, STAIL], ops[x, VTAIL] = undo[n, STAIL], undo[n, VTAIL]
        else:
            for c in range(T_COLUMNS):
                ops[x, c] = undo[n, c]
        if ops[x, STATE] == OPEN:
            mark_dirty(k, x)
    k.s[S_UNDO] = mark


@kernel
def push_after(k: Arrays, x: int, lane: int) -> None:
    """Queue the first operation of `lane` ranked after `x`."""
    if lane < 0:
        return
    a = last_before(k, lane, k.ops[x, LABEL], x)
    if a >= 0:
        b = next_on(k, a, lane)
        if b == x:
            b = next_on(k, x, lane)
        push(k, b)
    else:
        b = k.lanes[lane, L_HEAD]
        if b == x:
            b = next_on(k, x, lane)
        push(k, b)


@kernel
def push_dependents(k: Arrays, x: int, fetched: int, dismounted: int) -> None:
    """Queue what reads the heads of `x`: next in its sequences and routing, and the users of moulds it moved."""
    ops = k.ops
    for p in range(k.var[ops[x, VAR], V_NPL]):
        push(k, ops[x, PLACES + p * P_WIDTH + P_NXT])
    e = ops[x, EOUT]
    while e >= 0:
        push(k, k.edges[e, E_TO])
        e = k.edges[e, E_NOUT]
    push_after(k, x, ops[x, FETL])
    push_after(k, x, ops[x, DISM])
    if fetched != ops[x, FETL]:
        push_after(k, x, fetched)
    if dismounted != ops[x, DISM]:
        push_after(k, x, dismounted)


@kernel
def forward_all(k: Arrays) -> bool:
    """Re-time what is queued and all that follows from it; False as soon as a promise would break."""
    ops = k.ops
    exact = k.s[S_EXACT]
    while k.s[S_HEAP] > 0:
        x = pop(k)
        n = k.s[S_UNDO]
        save(k, x)
        if k.s[S_FULL]:
            return False
        retime(k, x)
        if not changed(k, x, n):
            k.s[S_UNDO] = n
            continue
        k.s[S_SHIFTED] += 1
        mark_dirty(k, x)
        if late(k, x) or (exact and ops[x, START] > ops[x, TAIL]):
            return False
        if exact:
            push_dependents(k, x, -1, -1)
            continue
        if ops[x, DUR] != k.undo[n, DUR] or ops[x, SETD] != k.undo[n, SETD] or ops[x, DISD] != k.undo[n, DISD]:
            push_back(k, x)
        push_dependents(k, x, k.undo[n, FETL], k.undo[n, DISM])
    return True


@kernel
def backward_all(k: Arrays) -> None:
    """Re-tail what is queued and all that precedes it."""
    ops = k.ops
    while k.s[S_BACK] > 0:
        x = pop_back(k)
        tail, stail, vtail = ops[x, TAIL], ops[x, STAIL], ops[x, VTAIL]
        n = k.s[S_UNDO]
        save(k, x)
        if k.s[S_FULL]:
            return
        retail(k, x)
        if ops[x, TAIL] == tail and ops[x, STAIL] == stail and ops[x, VTAIL] == vtail:
            k.s[S_UNDO] = n
            continue
        mark_dirty(k, x)
        push_predecessors(k, x)


@kernel
def push_predecessors(k: Arrays, x: int) -> None:
    """Queue what reads the tails of `x`."""
    ops = k.ops
    for p in range(k.var[ops[x, VAR], V_NPL]):
        column = PLACES + p * P_WIDTH
        if k.lanes[ops[x, column + P_LANE], L_KIND] != SETTER:
            push_back(k, ops[x, column + P_PRV])
    e = ops[x, EIN]
    while e >= 0:
        push_back(k, k.edges[e, E_FROM])
        e = k.edges[e, E_NIN]
