"""Tier 0: insertion with shifting, at the first cut where an operation fits and no promise breaks. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    BLOCKED,
    CAND0,
    DEADLINE,
    DISD,
    DUR,
    DUR0,
    E_COLUMNS,
    E_FROM,
    E_LAG,
    E_NIN,
    E_WLAG,
    EIN,
    END,
    FETD,
    INF,
    K_COLUMNS,
    K_DUR,
    K_SHOTS,
    K_VAR,
    L_COLUMNS,
    L_FREE0,
    L_HEAD,
    L_KIND,
    L_LASTFIX,
    LABEL,
    LABEL_MAX,
    LABEL_SHIFT,
    NBR,
    NBV,
    NCAND,
    NMAINT,
    OPEN,
    P_LANE,
    P_PRV,
    P_WIDTH,
    PLACES,
    REMOVED,
    S_BUDGET,
    S_EXACT,
    S_FLOOR,
    S_FULL,
    S_HEAP,
    S_SHIFTED,
    S_TRIALS,
    S_UNDO,
    SETD,
    SETTER,
    SFREE,
    SHOTS,
    STAIL,
    START,
    STATE,
    T_END,
    T_FIRST,
    TAIL,
    TLAG,
    V_CAL,
    V_CALW,
    V_CHUNK,
    V_LANES,
    V_NPL,
    VAR,
    VIS,
    VTAIL,
    Z_CANDS,
    Z_EDGES,
    Z_HEAP,
    Z_LANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.lanes import (
    first_ending_after,
    first_later,
    gap_before,
    gap_from,
    last_before,
    link,
    mark_dirty,
    next_on,
    place_on,
    unlink,
)
from scheduler.propagate import (
    backward_all,
    clear_queues,
    forward_all,
    forward_until,
    push,
    push_back,
    push_dependents,
    push_predecessors,
    rollback,
    settle,
)
from scheduler.retime import late, retail, retime, run_ready
from scheduler.worktime import forward


@kernel
def fresh(ops: Ints, z: Ints, x: int) -> None:
    """Times of an operation that has none yet."""
    for c in range(T_FIRST, T_END):
        ops[x, c] = -1
    ops[x, NMAINT] = 0
    ops[x, TAIL] = ops[x, STAIL] = ops[x, VTAIL] = INF


@kernel
def choose(ops: Ints, z: Ints, x: int, candidate: int) -> None:
    """Give `x`, which stands nowhere, the variant, lanes and duration of a candidate row."""
    if not z[S_EXACT]:
        # A run on a plain machine writes no changeover: none may be left from a candidate tried before.
        fresh(ops, z, x)
    v = z[z[Z_CANDS] + candidate * K_COLUMNS + K_VAR]
    ops[x, VAR] = v
    ops[x, DUR0] = z[z[Z_CANDS] + candidate * K_COLUMNS + K_DUR]
    ops[x, SHOTS] = z[z[Z_CANDS] + candidate * K_COLUMNS + K_SHOTS]
    for p in range(z[z[Z_VAR] + v * z[Z_VARW] + V_NPL]):
        ops[x, PLACES + p * P_WIDTH + P_LANE] = z[z[Z_VAR] + v * z[Z_VARW] + (V_LANES + p)]


@kernel
def rank_of_predecessors(ops: Ints, z: Ints, x: int) -> int:
    """Highest label among the routing's predecessors of `x`."""
    low = 0
    e = ops[x, EIN]
    while e >= 0:
        low = max(low, ops[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM], LABEL])
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    return low


@kernel
def try_label(ops: Ints, z: Ints, x: int, label: int) -> bool:
    """Cut all sequences of `x` at one rank and re-time; on False the plan is as before."""
    mark = z[S_UNDO]
    ops[x, LABEL] = label
    fresh(ops, z, x)
    ops[x, STATE] = OPEN
    n = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]
    for p in range(n):
        column = PLACES + p * P_WIDTH
        link(ops, z, x, column, last_before(ops, z, ops[x, column + P_LANE], label, x))
    z[S_TRIALS] += 1
    push(ops, z, x)
    if forward_all(ops, z):
        push_back(ops, z, x)
        push_predecessors(ops, z, x)
        return True
    clear_queues(ops, z)
    withdraw(ops, z, x, mark)
    return False


@kernel
def try_exact(ops: Ints, z: Ints, x: int, prv: int, label: int) -> bool:
    """Insert `x` after `prv` if its latest start allows; what follows is queued, not yet re-timed.

    Without changeovers the tails are exact: every promise holds if `x` starts no later than its own tail, since every
    path that the insertion makes longer leads through `x`.
    """
    ops[x, LABEL] = label
    ops[x, START] = ops[x, END] = ops[x, VIS] = ops[x, DUR] = ops[x, SFREE] = -1
    ops[x, TAIL] = ops[x, STAIL] = ops[x, VTAIL] = INF
    ops[x, STATE] = OPEN
    link(ops, z, x, PLACES, prv)
    z[S_TRIALS] += 1
    retime(ops, z, x)
    retail(ops, z, x)
    if late(ops, z, x) or ops[x, START] > ops[x, TAIL]:
        unlink(ops, z, x, PLACES)
        ops[x, STATE] = REMOVED
        return False
    z[S_SHIFTED] += 1
    mark_dirty(ops, z, x)
    push_dependents(ops, z, x, -1, -1)
    push_predecessors(ops, z, x)
    return True


@kernel
def withdraw(ops: Ints, z: Ints, x: int, mark: int) -> None:
    """Take an insertion back."""
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        unlink(ops, z, x, PLACES + p * P_WIDTH)
    ops[x, STATE] = REMOVED
    rollback(ops, z, mark)


@kernel
def label_between(ops: Ints, z: Ints, low: int, high: int, t: int) -> int:
    """A label in (low, high), near time `t`; -1 when there is no room left.

    It follows from what stands in the plan alone, so that a plan read from the store goes on in the same way.
    """
    if high - low < 2:
        return -1
    label = t << LABEL_SHIFT
    if label <= low:
        return low + max(1, min((high - low) // 2, 1 << 12))
    if label >= high:
        return high - max(1, min((high - low) // 2, 1 << 12))
    return label


@kernel
def insert(ops: Ints, z: Ints, x: int) -> bool:
    """Place `x` where it ends earliest; ties by operations shifted, then changeover, then resource."""
    best_end, best_shifted, best_change, best_candidate, best_label = (INF, INF, INF, -1, -1)
    ready0 = max(max(ops[x, NBV], z[S_FLOOR]), run_ready_of(ops, z, x))
    single = ops[x, NCAND] == 1
    for c in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
        choose(ops, z, x, c)
        v = ops[x, VAR]
        _, lower = forward(
            ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CAL], ready0, ops[x, DUR0], z[z[Z_VAR] + v * z[Z_VARW] + V_CHUNK]
        )
        if lower >= INF or lower > best_end:
            continue
        if z[z[Z_VAR] + v * z[Z_VARW] + V_NPL] == 1 and z[S_EXACT]:
            mark, shifted = z[S_UNDO], z[S_SHIFTED]
            label = search_single(ops, z, x, ready0, best_end)
            if label < 0:
                continue
            if single:
                return True
            forward_all(ops, z)
            moved = z[S_SHIFTED] - shifted
            if ops[x, END] < best_end or (ops[x, END] == best_end and moved < best_shifted):
                best_end, best_shifted, best_change, best_candidate, best_label = (ops[x, END], moved, 0, c, label)
            clear_queues(ops, z)
            withdraw(ops, z, x, mark)
            continue
        low = rank_of_predecessors(ops, z, x)
        budget = z[S_BUDGET]
        n = z[z[Z_VAR] + v * z[Z_VARW] + V_NPL]
        while budget > 0:
            high = LABEL_MAX
            est = ready0
            for p in range(n):
                lane = ops[x, PLACES + p * P_WIDTH + P_LANE]
                fix = z[z[Z_LANES] + lane * L_COLUMNS + L_LASTFIX]
                if fix >= 0 and ops[fix, LABEL] > low:
                    low = ops[fix, LABEL]
            for p in range(n):
                lane = ops[x, PLACES + p * P_WIDTH + P_LANE]
                a = last_before(ops, z, lane, low + 1, -1)
                if z[z[Z_LANES] + lane * L_COLUMNS + L_KIND] != SETTER:
                    est = max(est, ops[a, END] if a >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_FREE0])
                b = next_on(ops, z, a, lane) if a >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD]
                if b >= 0:
                    high = min(high, ops[b, LABEL])
            if est + ops[x, DUR0] > best_end:
                break
            budget -= 1
            label = label_between(ops, z, low, high, est)
            if label < 0:
                z[S_FULL] = 2
            else:
                mark = z[S_UNDO]
                shifted = z[S_SHIFTED]
                if try_label(ops, z, x, label):
                    end, moved = (ops[x, END], z[S_SHIFTED] - shifted)
                    change = ops[x, SETD] + ops[x, DISD] + ops[x, FETD]
                    if end < best_end or (
                        end == best_end and (moved < best_shifted or (moved == best_shifted and change < best_change))
                    ):
                        best_end, best_shifted, best_change = (end, moved, change)
                        best_candidate, best_label = (c, label)
                    clear_queues(ops, z)
                    withdraw(ops, z, x, mark)
                if z[S_FULL] == 1:
                    return False
            if high >= LABEL_MAX:
                break
            low = high
            if budget == 1 and best_candidate < 0:
                # Behind everything there is always room: a long search must not end in a refusal.
                low = max(low, last_rank(ops, z, x))
    if best_candidate < 0:
        return False
    choose(ops, z, x, best_candidate)
    if not try_label(ops, z, x, best_label):
        return False
    backward_all(ops, z)
    return True


@kernel
def last_rank(ops: Ints, z: Ints, x: int) -> int:
    """Highest label on the lanes of `x`."""
    low = 0
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        a = last_before(ops, z, ops[x, PLACES + p * P_WIDTH + P_LANE], LABEL_MAX, -1)
        if a >= 0:
            low = max(low, ops[a, LABEL])
    return low


@kernel
def run_ready_of(ops: Ints, z: Ints, x: int) -> int:
    """Earliest run start by predecessors and material, for any candidate (working lags as in the first)."""
    ops[x, VAR] = z[z[Z_CANDS] + ops[x, CAND0] * K_COLUMNS + K_VAR]
    return run_ready(ops, z, x)


@kernel
def search_single(ops: Ints, z: Ints, x: int, ready: int, best_end: int) -> int:
    """Insert on one machine without changeovers at the first elastic gap that is long enough; -1 if none ends in time.

    The trial stands when a label is returned. Exact: a later place never ends earlier. What an earlier operation of
    the line shifts is settled only as far as it reaches before the place looked at.
    """
    lane = ops[x, PLACES + P_LANE]
    need = ops[x, DUR0]
    low = rank_of_predecessors(ops, z, x)
    b = first_shifted(ops, z, lane, ready)
    if b == -2:
        return -1
    while True:
        b = gap_from(ops, z, lane, b, need, ready) if b >= 0 else -1
        if b >= 0 and ops[b, LABEL] <= low + 1:
            b = next_on(ops, z, b, lane)
            continue
        if b >= 0:
            a = ops[b, place_on(ops, z, b, lane) + P_PRV]
            high = ops[b, LABEL]
        else:
            a = last_before(ops, z, lane, LABEL_MAX, -1)
            high = LABEL_MAX
        if a >= 0 and z[S_HEAP] > 0:
            if not forward_until(ops, z, ops[a, LABEL] + 1):
                return -1
            if b >= 0 and gap_before(ops, z, lane, a, b, ready) < need:
                b = next_on(ops, z, b, lane)
                continue
        est = max(ready, ops[a, END] if a >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_FREE0])
        if est + need > best_end:
            return -1
        label = label_between(ops, z, max(low, ops[a, LABEL]) if a >= 0 else low, high, est)
        if label < 0:
            z[S_FULL] = 2
        else:
            if try_exact(ops, z, x, a, label):
                return label
        if z[S_FULL] == 1 or b < 0:
            return -1
        b = next_on(ops, z, b, lane)


@kernel
def first_shifted(ops: Ints, z: Ints, lane: int, ready: int) -> int:
    """The first operation that work starting at `ready` could shift; -1 if there is none, -2 when the log is full.

    What ends before `ready` stays in front: behind it the work starts no later, and shifts less.
    """
    while True:
        b = first_ending_after(ops, z, lane, ready)
        label = ops[b, LABEL] if b >= 0 else LABEL_MAX
        if z[S_HEAP] == 0 or ops[z[z[Z_HEAP]], LABEL] >= label:
            break
        if not forward_until(ops, z, label):
            return -2
    if b >= 0:
        later = first_later(ops, z, lane, ready)
        if later >= 0 and ops[later, LABEL] > ops[b, LABEL]:
            return later
    return b


@kernel
def requeue(ops: Ints, z: Ints, pending: Ints) -> None:
    """Queue again what waited to be re-timed before a decision that was undone."""
    for i in range(pending.shape[0]):
        push(ops, z, pending[i])


@kernel
def on_one_lane(ops: Ints, z: Ints, x: int) -> bool:
    """Only one place is asked for, and there is no choice: nothing is tried that would have to be taken back."""
    v = z[z[Z_CANDS] + ops[x, CAND0] * K_COLUMNS + K_VAR]
    return bool(ops[x, NCAND] == 1 and z[z[Z_VAR] + v * z[Z_VARW] + V_NPL] == 1)


@kernel
def insert_line(ops: Ints, z: Ints, x0: int, n: int) -> int:
    """Insert the operations `x0 … x0 + n - 1` of a line, in topological order; its end with the last lags, or INF.

    On INF nothing is left of the line.
    """
    mark = z[S_UNDO]
    backward_all(ops, z)
    top = 0
    shifted = False
    for x in range(x0, x0 + n):
        lazy = z[S_EXACT] and on_one_lane(ops, z, x) and rank_of_predecessors(ops, z, x) >= top
        if not lazy and not settle(ops, z):
            take_back(ops, z, x0, x, mark)
            return INF
        if not insert(ops, z, x):
            take_back(ops, z, x0, x, mark)
            return INF
        shifted = shifted or ops[x, LABEL] < top
        top = max(top, ops[x, LABEL])
    # Of two branches of the routing the second may have shifted the first.
    if shifted and not settle(ops, z):
        take_back(ops, z, x0, x0 + n, mark)
        return INF
    if z[S_FULL] == 1:
        # The undo log ended while tails were passed on: they are incomplete.
        take_back(ops, z, x0, x0 + n, mark)
        return INF
    return line_end(ops, z, x0, n)


@kernel
def line_end(ops: Ints, z: Ints, x0: int, n: int) -> int:
    """Planned end of a line's operations, with the lags after the last ones."""
    end = 0
    for x in range(x0, x0 + n):
        if ops[x, TLAG] >= 0:
            end = max(end, ops[x, END] + ops[x, TLAG])
    return end


@kernel
def take_back(ops: Ints, z: Ints, x0: int, x1: int, mark: int) -> None:
    """Undo the insertion of `x0 … x1 - 1`, the last first, back to the undo mark."""
    clear_queues(ops, z)
    for x in range(x1 - 1, x0 - 1, -1):
        if ops[x, STATE] == OPEN:
            for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
                unlink(ops, z, x, PLACES + p * P_WIDTH)
            ops[x, STATE] = REMOVED
    rollback(ops, z, mark)


@kernel
def set_deadline(ops: Ints, z: Ints, x0: int, n: int, deadline: int) -> None:
    """Bound the operations that end a line, and pass the bound on to what precedes them."""
    for x in range(x0, x0 + n):
        if ops[x, TLAG] >= 0:
            ops[x, DEADLINE] = deadline - ops[x, TLAG]
            push_back(ops, z, x)
    backward_all(ops, z)


@kernel
def remove(ops: Ints, z: Ints, x: int) -> bool:
    """Take an open operation out; False if what follows would be late without it: then it stays, blocked."""
    mark = z[S_UNDO]
    push_dependents(ops, z, x, -1, -1)
    push_predecessors(ops, z, x)
    n = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]
    for p in range(n):
        unlink(ops, z, x, PLACES + p * P_WIDTH)
    ops[x, STATE] = REMOVED
    if forward_all(ops, z):
        backward_all(ops, z)
        return True
    clear_queues(ops, z)
    ops[x, STATE] = OPEN
    for p in range(n):
        column = PLACES + p * P_WIDTH
        link(ops, z, x, column, last_before(ops, z, ops[x, column + P_LANE], ops[x, LABEL], x))
    rollback(ops, z, mark)
    ops[x, BLOCKED] = 1
    ops[x, DEADLINE] = INF
    push_back(ops, z, x)
    backward_all(ops, z)
    return False


@kernel
def bare_end(ops: Ints, z: Ints, x0: int, n: int) -> int:
    """Earliest end of a line if nothing else were planned and no changeover needed: below it no date can be had."""
    done = np.zeros(n, np.int64)
    end = 0
    for i in range(n):
        x = x0 + i
        best = INF
        for c in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
            v = z[z[Z_CANDS] + c * K_COLUMNS + K_VAR]
            ready = max(max(ops[x, NBV], z[S_FLOOR]), ops[x, NBR])
            e = ops[x, EIN]
            while e >= 0:
                t = done[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM] - x0] + z[z[Z_EDGES] + e * E_COLUMNS + E_LAG]
                if z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG] > 0:
                    _, t = forward(
                        ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CALW], t, z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG], 0
                    )
                ready = max(ready, t)
                e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
            _, stop = forward(
                ops,
                z,
                z[z[Z_VAR] + v * z[Z_VARW] + V_CAL],
                ready,
                z[z[Z_CANDS] + c * K_COLUMNS + K_DUR],
                z[z[Z_VAR] + v * z[Z_VARW] + V_CHUNK],
            )
            best = min(best, stop)
        done[i] = best
        if ops[x, TLAG] >= 0:
            end = max(end, best + ops[x, TLAG])
    return end
