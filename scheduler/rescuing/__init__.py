"""Tier 2: a rearrangement in which an order is in time and every other promise is kept, searched for by the solver.

The planner puts what is asked into plain data (`RescueAsk`), a process of its own searches (`Searching`, which alone
loads the solver), and the planner lays what was found at the version at which it then is, verified or undone.
"""

from scheduler.rescuing.ask import Found, PlanAsk, RescueAsk, ShopAsk
from scheduler.rescuing.work import Searching, Warming

__all__ = ["Found", "PlanAsk", "RescueAsk", "Searching", "ShopAsk", "Warming"]
