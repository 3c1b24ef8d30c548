"""Tier 0: insertion with shifting, at the first cut where an operation fits and no promise breaks. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    BLOCKED,
    CAND0,
    DEADLINE,
    DISD,
    DUR0,
    E_FROM,
    E_LAG,
    E_NIN,
    E_WLAG,
    EIN,
    END,
    FETD,
    INF,
    K_DUR,
    K_SHOTS,
    K_VAR,
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
    OPEN,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    REMOVED,
    S_BUDGET,
    S_CUT,
    S_EXACT,
    S_FLOOR,
    S_FULL,
    S_RANK,
    S_SHIFTED,
    S_TRIALS,
    S_UNDO,
    SETD,
    SETTER,
    SHOTS,
    STAIL,
    STATE,
    T_COLUMNS,
    TAIL,
    TLAG,
    V_CAL,
    V_CALW,
    V_CHUNK,
    V_LANES,
    V_NPL,
    VAR,
    VTAIL,
    Arrays,
)  # fmt: skip
from scheduler.compiled import kernel
from scheduler.lanes import first_later, gap_from, last_before, link, next_on, unlink
from scheduler.propagate import (
    backward_all,
    clear_queues,
    forward_all,
    push,
    push_back,
    push_dependents,
    push_predecessors,
    rollback,
)
from scheduler.retime import run_ready
from scheduler.worktime import forward


@kernel
def choose(k: Arrays, x: int, candidate: int) -> None:
    """Give `x` the variant, lanes and duration of a candidate row."""
    v = k.cands[candidate, K_VAR]
    k.ops[x, VAR] = v
    k.ops[x, DUR0] = k.cands[candidate, K_DUR]
    k.ops[x, SHOTS] = k.cands[candidate, K_SHOTS]
    for p in range(k.var[v, V_NPL]):
        k.ops[x, PLACES + p * P_WIDTH + P_LANE] = k.var[v, V_LANES + p]


@kernel
def fresh(k: Arrays, x: int) -> None:
    """Times of an operation that has none yet."""
    for c in range(T_COLUMNS):
        k.ops[x, c] = -1
    k.ops[x, TAIL] = k.ops[x, STAIL] = k.ops[x, VTAIL] = INF


@kernel
def rank_of_predecessors(k: Arrays, x: int) -> int:
    """Highest label among the routing's predecessors of `x`."""
    low = 0
    e = k.ops[x, EIN]
    while e >= 0:
        low = max(low, k.ops[k.edges[e, E_FROM], LABEL])
        e = k.edges[e, E_NIN]
    return low


@kernel
def try_label(k: Arrays, x: int, label: int) -> bool:
    """Cut all sequences of `x` at one rank and re-time; on False the plan is as before."""
    mark = k.s[S_UNDO]
    k.ops[x, LABEL] = label
    fresh(k, x)
    k.ops[x, STATE] = OPEN
    n = k.var[k.ops[x, VAR], V_NPL]
    for p in range(n):
        column = PLACES + p * P_WIDTH
        link(k, x, column, last_before(k, k.ops[x, column + P_LANE], label, x))
    k.s[S_TRIALS] += 1
    push(k, x)
    if forward_all(k):
        push_back(k, x)
        push_predecessors(k, x)
        return True
    clear_queues(k)
    withdraw(k, x, mark)
    return False


@kernel
def withdraw(k: Arrays, x: int, mark: int) -> None:
    """Take an insertion back."""
    for p in range(k.var[k.ops[x, VAR], V_NPL]):
        unlink(k, x, PLACES + p * P_WIDTH)
    k.ops[x, STATE] = REMOVED
    rollback(k, mark)


@kernel
def label_between(k: Arrays, low: int, high: int, t: int) -> int:
    """A label in (low, high), near time `t`; -1 when there is no room left."""
    if high - low < 2:
        return -1
    label = (t << LABEL_SHIFT) + (k.s[S_RANK] & ((1 << LABEL_SHIFT) - 1))
    if label <= low:
        return low + max(1, min((high - low) // 2, 1 << 12))
    if label >= high:
        return high - max(1, min((high - low) // 2, 1 << 12))
    return label


@kernel
def insert(k: Arrays, x: int) -> bool:
    """Place `x` where it ends earliest; ties by operations shifted, then changeover, then resource."""
    k.s[S_RANK] += 1
    best_end, best_shifted, best_change, best_candidate, best_label = INF, INF, INF, -1, -1
    ready0 = max(max(k.ops[x, NBV], k.s[S_FLOOR]), run_ready_of(k, x))
    single = k.ops[x, NCAND] == 1
    for c in range(k.ops[x, CAND0], k.ops[x, CAND0] + k.ops[x, NCAND]):
        choose(k, x, c)
        v = k.ops[x, VAR]
        _, lower = forward(k, k.var[v, V_CAL], ready0, k.ops[x, DUR0], k.var[v, V_CHUNK])
        if lower >= INF or lower > best_end:
            continue
        if k.var[v, V_NPL] == 1 and k.s[S_EXACT]:
            mark = k.s[S_UNDO]
            label = search_single(k, x, ready0, best_end)
            if label < 0:
                continue
            if single:
                backward_all(k)
                return True
            if k.ops[x, END] < best_end:
                best_end, best_shifted, best_change, best_candidate, best_label = (
                    k.ops[x, END],
                    k.s[S_CUT],
                    0,
                    c,
                    label,
                )
            clear_queues(k)
            withdraw(k, x, mark)
            continue
        low = rank_of_predecessors(k, x)
        budget = k.s[S_BUDGET]
        n = k.var[v, V_NPL]
        while budget > 0:
            high = LABEL_MAX
            est = ready0
            for p in range(n):
                lane = k.ops[x, PLACES + p * P_WIDTH + P_LANE]
                fix = k.lanes[lane, L_LASTFIX]
                if fix >= 0 and k.ops[fix, LABEL] > low:
                    low = k.ops[fix, LABEL]
            for p in range(n):
                lane = k.ops[x, PLACES + p * P_WIDTH + P_LANE]
                a = last_before(k, lane, low + 1, -1)
                if k.lanes[lane, L_KIND] != SETTER:
                    est = max(est, k.ops[a, END] if a >= 0 else k.lanes[lane, L_FREE0])
                b = next_on(k, a, lane) if a >= 0 else k.lanes[lane, L_HEAD]
                if b >= 0:
                    high = min(high, k.ops[b, LABEL])
            if est + k.ops[x, DUR0] > best_end:
                break
            budget -= 1
            label = label_between(k, low, high, est)
            if label < 0:
                k.s[S_FULL] = 2
            else:
                mark = k.s[S_UNDO]
                shifted = k.s[S_SHIFTED]
                if try_label(k, x, label):
                    end, moved = k.ops[x, END], k.s[S_SHIFTED] - shifted
                    change = k.ops[x, SETD] + k.ops[x, DISD] + k.ops[x, FETD]
                    if end < best_end or (
                        end == best_end and (moved < best_shifted or (moved == best_shifted and change < best_change))
                    ):
                        best_end, best_shifted, best_change = end, moved, change
                        best_candidate, best_label = c, label
                    clear_queues(k)
                    withdraw(k, x, mark)
                if k.s[S_FULL] == 1:
                    return False
            if high >= LABEL_MAX:
                break
            low = high
    if best_candidate < 0:
        return False
    choose(k, x, best_candidate)
    if not try_label(k, x, best_label):
        return False
    backward_all(k)
    return True


@kernel
def run_ready_of(k: Arrays, x: int) -> int:
    """Earliest run start by predecessors and material, for any candidate (working lags as in the first)."""
    k.ops[x, VAR] = k.cands[k.ops[x, CAND0], K_VAR]
    return run_ready(k, x)


@kernel
def search_single(k: Arrays, x: int, ready: int, best_end: int) -> int:
    """Insert on one machine without changeovers at the first elastic gap that is long enough; -1 if none ends in time.

    The trial stands when a label is returned. Exact: a later place never ends earlier.
    """
    lane = k.ops[x, PLACES + P_LANE]
    need = k.ops[x, DUR0]
    low = rank_of_predecessors(k, x)
    b = first_later(k, lane, ready)
    while True:
        b = gap_from(k, lane, b, need, ready) if b >= 0 else -1
        if b >= 0 and k.ops[b, LABEL] <= low + 1:
            b = k.ops[b, PLACES + P_NXT]
            continue
        if b >= 0:
            a = k.ops[b, PLACES + P_PRV]
            high = k.ops[b, LABEL]
        else:
            a = last_before(k, lane, LABEL_MAX, -1)
            high = LABEL_MAX
        est = max(ready, k.ops[a, END] if a >= 0 else k.lanes[lane, L_FREE0])
        if est + need > best_end:
            return -1
        label = label_between(k, max(low, k.ops[a, LABEL]) if a >= 0 else low, high, est)
        if label < 0:
            k.s[S_FULL] = 2
        else:
            shifted = k.s[S_SHIFTED]
            if try_label(k, x, label):
                k.s[S_CUT] = k.s[S_SHIFTED] - shifted
                return label
        if k.s[S_FULL] == 1 or b < 0:
            return -1
        b = k.ops[b, PLACES + P_NXT]


@kernel
def insert_line(k: Arrays, x0: int, n: int) -> int:
    """Insert the operations `x0 … x0 + n - 1` of a line, in topological order; its end with the last lags, or INF.

    On INF nothing is left of the line.
    """
    mark = k.s[S_UNDO]
    for x in range(x0, x0 + n):
        if not insert(k, x):
            take_back(k, x0, x, mark)
            return INF
    return line_end(k, x0, n)


@kernel
def line_end(k: Arrays, x0: int, n: int) -> int:
    """Planned end of a line's operations, with the lags after the last ones."""
    end = 0
    for x in range(x0, x0 + n):
        if k.ops[x, TLAG] >= 0:
            end = max(end, k.ops[x, END] + k.ops[x, TLAG])
    return end


@kernel
def take_back(k: Arrays, x0: int, x1: int, mark: int) -> None:
    """Undo the insertion of `x0 … x1 - 1`, the last first, back to the undo mark."""
    clear_queues(k)
    for x in range(x1 - 1, x0 - 1, -1):
        if k.ops[x, STATE] == OPEN:
            for p in range(k.var[k.ops[x, VAR], V_NPL]):
                unlink(k, x, PLACES + p * P_WIDTH)
            k.ops[x, STATE] = REMOVED
    rollback(k, mark)


@kernel
def set_deadline(k: Arrays, x0: int, n: int, deadline: int) -> None:
    """Bound the operations that end a line, and pass the bound on to what precedes them."""
    for x in range(x0, x0 + n):
        if k.ops[x, TLAG] >= 0:
            k.ops[x, DEADLINE] = deadline - k.ops[x, TLAG]
            push_back(k, x)
    backward_all(k)


@kernel
def remove(k: Arrays, x: int) -> bool:
    """Take an open operation out; False if what follows would be late without it: then it stays, blocked."""
    mark = k.s[S_UNDO]
    push_dependents(k, x, -1, -1)
    push_predecessors(k, x)
    n = k.var[k.ops[x, VAR], V_NPL]
    for p in range(n):
        unlink(k, x, PLACES + p * P_WIDTH)
    k.ops[x, STATE] = REMOVED
    if forward_all(k):
        backward_all(k)
        return True
    clear_queues(k)
    k.ops[x, STATE] = OPEN
    for p in range(n):
        column = PLACES + p * P_WIDTH
        link(k, x, column, last_before(k, k.ops[x, column + P_LANE], k.ops[x, LABEL], x))
    rollback(k, mark)
    k.ops[x, BLOCKED] = 1
    k.ops[x, DEADLINE] = INF
    push_back(k, x)
    backward_all(k)
    return False


@kernel
def bare_end(k: Arrays, x0: int, n: int) -> int:
    """Earliest end of a line if nothing else were planned and no changeover needed: below it no date can be had."""
    done = np.zeros(n, np.int64)
    end = 0
    for i in range(n):
        x = x0 + i
        best = INF
        for c in range(k.ops[x, CAND0], k.ops[x, CAND0] + k.ops[x, NCAND]):
            v = k.cands[c, K_VAR]
            ready = max(max(k.ops[x, NBV], k.s[S_FLOOR]), k.ops[x, NBR])
            e = k.ops[x, EIN]
            while e >= 0:
                t = done[k.edges[e, E_FROM] - x0] + k.edges[e, E_LAG]
                if k.edges[e, E_WLAG] > 0:
                    _, t = forward(k, k.var[v, V_CALW], t, k.edges[e, E_WLAG], 0)
                ready = max(ready, t)
                e = k.edges[e, E_NIN]
            _, stop = forward(k, k.var[v, V_CAL], ready, k.cands[c, K_DUR], k.var[v, V_CHUNK])
            best = min(best, stop)
        done[i] = best
        if k.ops[x, TLAG] >= 0:
            end = max(end, best + k.ops[x, TLAG])
    return end
