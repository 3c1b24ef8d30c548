"""Heads forward and tails backward in rank order, each operation once, everything undoable. Compiled."""

from __future__ import annotations

from scheduler.arrays import (
    BACKED,
    DISD,
    DISM,
    DUR,
    E_COLUMNS,
    E_FROM,
    E_NIN,
    E_NOUT,
    E_TO,
    EIN,
    END,
    EOUT,
    FETL,
    INF,
    L_COLUMNS,
    L_HEAD,
    L_KIND,
    LABEL,
    MOUNTED,
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
    T_END,
    T_FIRST,
    T_TAILS,
    T_WIDTH,
    TAIL,
    V_MPL,
    V_NPL,
    VAR,
    VIS,
    VTAIL,
    Z_BACK,
    Z_EDGES,
    Z_HEAP,
    Z_LANES,
    Z_UNDO,
    Z_UNDOCAP,
    Z_UNDONE,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.lanes import before, last_before, mark_dirty, next_on
from scheduler.retime import late, retail, retime


@kernel
def push(ops: Ints, z: Ints, x: int) -> None:
    """Queue `x` for re-timing forward, lowest rank first; not twice, and never a fixed or removed operation."""
    if x < 0 or ops[x, QUEUED] or ops[x, STATE] != OPEN:
        return
    ops[x, QUEUED] = 1
    i = z[S_HEAP]
    z[S_HEAP] = i + 1
    while i > 0:
        parent = i - 1 >> 1
        if not before(ops, z, x, z[z[Z_HEAP] + parent]):
            break
        z[z[Z_HEAP] + i] = z[z[Z_HEAP] + parent]
        i = parent
    z[z[Z_HEAP] + i] = x


@kernel
def pop(ops: Ints, z: Ints) -> int:
    """Take the queued operation of the lowest rank."""
    top = z[z[Z_HEAP] + 0]
    n = z[S_HEAP] - 1
    z[S_HEAP] = n
    ops[top, QUEUED] = 0
    if n > 0:
        x = z[z[Z_HEAP] + n]
        i = 0
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and before(ops, z, z[z[Z_HEAP] + (child + 1)], z[z[Z_HEAP] + child]):
                child += 1
            if not before(ops, z, z[z[Z_HEAP] + child], x):
                break
            z[z[Z_HEAP] + i] = z[z[Z_HEAP] + child]
            i = child
        z[z[Z_HEAP] + i] = x
    return top


@kernel
def push_back(ops: Ints, z: Ints, x: int) -> None:
    """Queue `x` for its tails, highest rank first."""
    if x < 0 or ops[x, BACKED] or ops[x, STATE] != OPEN:
        return
    ops[x, BACKED] = 1
    i = z[S_BACK]
    z[S_BACK] = i + 1
    while i > 0:
        parent = i - 1 >> 1
        if not before(ops, z, z[z[Z_BACK] + parent], x):
            break
        z[z[Z_BACK] + i] = z[z[Z_BACK] + parent]
        i = parent
    z[z[Z_BACK] + i] = x


@kernel
def pop_back(ops: Ints, z: Ints) -> int:
    """Take the queued operation of the highest rank."""
    top = z[z[Z_BACK] + 0]
    n = z[S_BACK] - 1
    z[S_BACK] = n
    ops[top, BACKED] = 0
    if n > 0:
        x = z[z[Z_BACK] + n]
        i = 0
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and before(ops, z, z[z[Z_BACK] + child], z[z[Z_BACK] + (child + 1)]):
                child += 1
            if not before(ops, z, x, z[z[Z_BACK] + child]):
                break
            z[z[Z_BACK] + i] = z[z[Z_BACK] + child]
            i = child
        z[z[Z_BACK] + i] = x
    return top


@kernel
def clear_queues(ops: Ints, z: Ints) -> None:
    """Forget what is queued, after a trial that failed."""
    for i in range(z[S_HEAP]):
        ops[z[z[Z_HEAP] + i], QUEUED] = 0
    for i in range(z[S_BACK]):
        ops[z[z[Z_BACK] + i], BACKED] = 0
    z[S_HEAP] = 0
    z[S_BACK] = 0


@kernel
def noted(z: Ints, n: int) -> int:
    """Where the times of entry `n` of the undo log stand, so that a column's number added gives its place."""
    return z[Z_UNDO] + n * T_WIDTH - T_FIRST


@kernel
def save(ops: Ints, z: Ints, x: int) -> None:
    """Note the times of `x` for an undo; without changeovers and moulds only the few that can change."""
    n = z[S_UNDO]
    if n >= z[Z_UNDOCAP]:
        z[S_FULL] = 1
        return
    z[z[Z_UNDONE] + n] = x
    at = noted(z, n)
    if z[S_EXACT]:
        z[at + START], z[at + END], z[at + VIS], z[at + DUR] = (ops[x, START], ops[x, END], ops[x, VIS], ops[x, DUR])
        z[at + TAIL], z[at + STAIL], z[at + VTAIL] = (ops[x, TAIL], ops[x, STAIL], ops[x, VTAIL])
    else:
        for c in range(T_FIRST, T_END):
            z[at + c] = ops[x, c]
    z[S_UNDO] = n + 1


@kernel
def changed(ops: Ints, z: Ints, x: int, n: int) -> bool:
    """The heads of `x` differ from those noted in row `n`."""
    at = noted(z, n)
    if z[S_EXACT]:
        return ops[x, END] != z[at + END] or ops[x, START] != z[at + START]
    for c in range(T_FIRST, T_TAILS):  # noqa: SIM110 - a generator would not compile
        if ops[x, c] != z[at + c]:
            return True
    return False


@kernel
def rollback(ops: Ints, z: Ints, mark: int) -> None:
    """Put back the times noted since `mark`."""
    for n in range(z[S_UNDO] - 1, mark - 1, -1):
        x = z[z[Z_UNDONE] + n]
        at = noted(z, n)
        if z[S_EXACT]:
            ops[x, START], ops[x, END] = (z[at + START], z[at + END])
            ops[x, VIS], ops[x, DUR] = (z[at + VIS], z[at + DUR])
            ops[x, TAIL], ops[x, STAIL], ops[x, VTAIL] = (z[at + TAIL], z[at + STAIL], z[at + VTAIL])
        else:
            for c in range(T_FIRST, T_END):
                ops[x, c] = z[at + c]
        if ops[x, STATE] == OPEN:
            mark_dirty(ops, z, x)
    z[S_UNDO] = mark


@kernel
def push_after(ops: Ints, z: Ints, x: int, lane: int) -> None:
    """Queue the first operation of `lane` ranked after `x`."""
    if lane < 0:
        return
    a = last_before(ops, z, lane, ops[x, LABEL], x)
    if a >= 0:
        b = next_on(ops, z, a, lane)
        if b == x:
            b = next_on(ops, z, x, lane)
        push(ops, z, b)
    else:
        b = z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD]
        if b == x:
            b = next_on(ops, z, x, lane)
        push(ops, z, b)


@kernel
def push_dependents(ops: Ints, z: Ints, x: int, fetched: int, dismounted: int) -> None:
    """Queue what reads the heads of `x`: next in its sequences and routing, and the users of moulds it moved."""
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        push(ops, z, ops[x, PLACES + p * P_WIDTH + P_NXT])
    e = ops[x, EOUT]
    while e >= 0:
        push(ops, z, z[z[Z_EDGES] + e * E_COLUMNS + E_TO])
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT]
    push_after(ops, z, x, ops[x, FETL])
    push_after(ops, z, x, ops[x, DISM])
    if z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_MPL] < 0:
        # Work without a mould leaves one hanging: who fetches it waits for this visit.
        push_after(ops, z, x, ops[x, MOUNTED])
    if fetched != ops[x, FETL]:
        push_after(ops, z, x, fetched)
    if dismounted != ops[x, DISM]:
        push_after(ops, z, x, dismounted)


@kernel
def settle(ops: Ints, z: Ints) -> bool:
    """Finish all re-timing that is queued, heads and tails; False if a promise would break."""
    if not forward_all(ops, z):
        return False
    backward_all(ops, z)
    return bool(z[S_FULL] != 1)


@kernel
def forward_all(ops: Ints, z: Ints) -> bool:
    """Re-time what is queued and all that follows from it; False as soon as a promise would break."""
    return forward_until(ops, z, INF << 2)


@kernel
def forward_until(ops: Ints, z: Ints, label: int) -> bool:
    """Re-time what is queued below rank `label`, and what follows from it below that rank."""
    exact = z[S_EXACT]
    while z[S_HEAP] > 0 and ops[z[z[Z_HEAP]], LABEL] < label:
        if z[S_UNDO] >= z[Z_UNDOCAP]:
            z[S_FULL] = 1
            return False
        x = pop(ops, z)
        if ops[x, STATE] != OPEN:
            continue
        n = z[S_UNDO]
        save(ops, z, x)
        retime(ops, z, x)
        if not changed(ops, z, x, n):
            z[S_UNDO] = n
            continue
        z[S_SHIFTED] += 1
        mark_dirty(ops, z, x)
        if late(ops, z, x) or (exact and ops[x, START] > ops[x, TAIL]):
            return False
        if exact:
            push_dependents(ops, z, x, -1, -1)
            continue
        at = noted(z, n)
        if ops[x, DUR] != z[at + DUR] or ops[x, SETD] != z[at + SETD] or ops[x, DISD] != z[at + DISD]:
            push_back(ops, z, x)
        push_dependents(ops, z, x, z[at + FETL], z[at + DISM])
    return True


@kernel
def backward_all(ops: Ints, z: Ints) -> None:
    """Re-tail what is queued and all that precedes it."""
    while z[S_BACK] > 0:
        if z[S_UNDO] >= z[Z_UNDOCAP]:
            z[S_FULL] = 1
            return
        x = pop_back(ops, z)
        if ops[x, STATE] != OPEN:
            continue
        tail, stail, vtail = (ops[x, TAIL], ops[x, STAIL], ops[x, VTAIL])
        n = z[S_UNDO]
        save(ops, z, x)
        retail(ops, z, x)
        if ops[x, TAIL] == tail and ops[x, STAIL] == stail and (ops[x, VTAIL] == vtail):
            z[S_UNDO] = n
            continue
        mark_dirty(ops, z, x)
        push_predecessors(ops, z, x)


@kernel
def push_predecessors(ops: Ints, z: Ints, x: int) -> None:
    """Queue what reads the tails of `x`."""
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        column = PLACES + p * P_WIDTH
        if z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_KIND] != SETTER:
            push_back(ops, z, ops[x, column + P_PRV])
    e = ops[x, EIN]
    while e >= 0:
        push_back(ops, z, z[z[Z_EDGES] + e * E_COLUMNS + E_FROM])
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
