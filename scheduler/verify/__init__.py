"""The specification of a schedule: every rule it must obey, checked without the plan's code or a solver.

`verify` checks a whole plan, `verify_delta` what a change touched, `verify_moves` what it may not touch;
`retime` derives all times anew from the sequences. Times are integer Unix seconds, intervals half-open.
"""

from scheduler.verify.checks import CHECKS, verify, verify_delta
from scheduler.verify.moves import verify_moves
from scheduler.verify.retiming import Times, retime
from scheduler.verify.rules import Breach, NeverFits, Rule

__all__ = [
    "CHECKS",
    "Breach",
    "NeverFits",
    "Rule",
    "Times",
    "retime",
    "verify",
    "verify_delta",
    "verify_moves",
]
