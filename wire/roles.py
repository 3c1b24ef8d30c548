"""What callers may do: the roles that a token carries, and who may call which method."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the plant; a caller may have several."""

    SALES = "sales"
    """Quotes, promises, holds and changes orders."""
    PLANNER = "planner"
    """Does what sales does, forces dates, closes orders, feeds stock and receipts, reports disruptions, moves work,
    drafts rules."""
    REVIEWER = "reviewer"
    """Decides on held orders, and answers questions about orders: finance, engineering, marketing."""
    SHOP_FLOOR = "shop_floor"
    """Reports what is there, what came and what left, what is down, and what is made."""
    ADMIN = "admin"
    """May do everything, among it plant, clock, customers' credit, and what rules are in force."""


EVERY = frozenset(Role)
_DESK = frozenset({Role.SALES, Role.PLANNER, Role.ADMIN})
_PLAN = frozenset({Role.PLANNER, Role.ADMIN})
_REVIEW = frozenset({Role.REVIEWER, Role.PLANNER, Role.ADMIN})
_FLOOR = frozenset({Role.PLANNER, Role.SHOP_FLOOR, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})

ALLOWED: dict[str, frozenset[Role]] = {
    # PromiseService
    "Quote": _DESK,
    "Promise": _DESK,
    "AcceptOption": _DESK,
    "Cancel": _DESK,
    "Confirm": _DESK | {Role.REVIEWER},
    "Release": _DESK | {Role.REVIEWER},
    "Amend": _DESK,
    "Split": _DESK,
    "ForceDate": _PLAN,
    "Close": _FLOOR,
    "GetOrder": EVERY,
    "ListHistory": EVERY,
    "GetTaskPackage": EVERY,
    "ListOrders": EVERY,
    "Watch": EVERY,
    # ReviewService
    "Reject": _REVIEW,
    "HandOver": _REVIEW,
    "SettleReview": _REVIEW,
    "ListReviews": EVERY,
    # ImportService
    "ImportOrders": _DESK,
    # PlantService
    "CheckPlant": _PLAN,
    "ImportPlant": _ADMIN,
    "ExportPlant": _PLAN,
    "GetSchedule": EVERY,
    "ListResources": EVERY,
    "GetLoad": EVERY,
    "GetClock": EVERY,
    "SetClock": _ADMIN,
    "CheckPlan": _PLAN,
    "Calibrate": _PLAN,
    "ListCalibrations": EVERY,
    # SupplyService
    "UpsertSupply": _FLOOR,
    "UpsertReceipts": _FLOOR,
    "ListPurchases": EVERY,
    "UpsertCustomers": _ADMIN,
    # PlanService
    "ReportDisruption": _FLOOR,
    "AmendDisruption": _FLOOR,
    "CloseDisruption": _FLOOR,
    "ReportProgress": _FLOOR,
    "ListDisruptions": EVERY,
    "ListAtRisk": EVERY,
    "Replan": _PLAN,
    "ListProposals": EVERY,
    "GetProposal": EVERY,
    "ApplyProposal": _PLAN,
    "DiscardProposal": _PLAN,
    # RuleService
    "ListRuleVersions": _DESK | {Role.REVIEWER},
    "GetRuleVersion": _DESK | {Role.REVIEWER},
    "PutRules": _PLAN,
    "CheckRules": _PLAN,
    "TestRules": _PLAN,
    "PublishRules": _ADMIN,
    "RollBackRules": _ADMIN,
    "RehearseRules": _PLAN,
    "GetRuleHealth": _DESK | {Role.REVIEWER},
    "ListBudgets": _DESK | {Role.REVIEWER},
    "GetDecision": _DESK | {Role.REVIEWER},
    "ReplayDecision": _DESK | {Role.REVIEWER},
    # PlannerService
    "PinWork": _PLAN,
    "UnpinWork": _PLAN,
    "MoveWork": _PLAN,
    "RushOrder": _PLAN,
    "Repromise": _PLAN,
    "ListPins": EVERY,
    "WhatIf": _DESK,
    "GetForecast": EVERY,
    "ListAlerts": EVERY,
    "WatchAlerts": EVERY,
}
"""Who may call which method; a test walks the schema."""


def allowed(method: str) -> frozenset[Role]:
    """Return who may call a method: one that the table doesn't have is for admins alone."""
    return ALLOWED.get(method, _ADMIN)
