"""Better sequences by constraint programming: a plan is read into plain data, modelled, solved and checked.

`read` makes a `Problem` of a plan, `solve` (the one door to the solver) finds sequences for it, `resequenced` re-times
them exactly and hands them over only when the checker finds nothing. `Workers` solve in processes of their own.
"""

from scheduler.cpsat.door import Limits, solve
from scheduler.cpsat.problem import Level, Problem, Wish
from scheduler.cpsat.reading import read
from scheduler.cpsat.sequences import Refused, Resequenced, resequenced
from scheduler.cpsat.solution import Place, Solution, Status
from scheduler.cpsat.workers import SolveFailed, Ticket, Workers
from scheduler.processes import Stop

__all__ = [
    "Level",
    "Limits",
    "Place",
    "Problem",
    "Refused",
    "Resequenced",
    "Solution",
    "SolveFailed",
    "Status",
    "Stop",
    "Ticket",
    "Wish",
    "Workers",
    "read",
    "resequenced",
    "solve",
]
