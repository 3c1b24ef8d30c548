"""The closed lists: one table for each, from the domain's members to the schema's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.alerts import AlertChange, AlertLevel
from domain.calibration import LearnedFrom, LoadBand
from domain.disruptions import DisruptionKind, DisruptionState
from domain.errors import InvalidInput
from domain.options import CostKind, OptionKind, OptionOutcome, OptionWhy
from domain.orders import ShipMode
from domain.plant import ClockMode
from domain.progress import MarkKind, ProgressState
from domain.promises import EventKind, Outcome, PromiseState, ReasonKind, Source, Tier
from domain.promotions import ReviewKind, Why
from domain.proposals import ProposalKind, ProposalState
from domain.repromises import Became, Treatment
from domain.rescues import Rescue
from domain.resources import ResourceKind
from domain.rule_versions import RuleState
from jiaoqi.v1 import (
    order_pb2,
    plan_pb2,
    plan_service_pb2,
    planner_service_pb2,
    plant_service_pb2,
    promise_pb2,
    promise_service_pb2,
    promotion_pb2,
    rule_service_pb2,
)
from promising.progress_requests import ItemOutcome
from promising.requests import Accept
from promising.rule_health import Remark

Member = TypeVar("Member", bound=StrEnum)


class EnumTable(Generic[Member]):
    """One closed list in both directions: each member of the domain has its number, and 0 has none."""

    def __init__(self, members: type[Member], numbers: Mapping[str, int]) -> None:
        """`numbers` are the schema's, by name; its names are a prefix and the domain's values in capitals."""
        prefix = next(name for name, number in numbers.items() if number == 0).removesuffix("UNSPECIFIED")
        self.number: dict[Member, Any] = {m: numbers[prefix + m.value.upper()] for m in members}
        """The schema's number of a member; each generated enum is a type of its own, hence no type here."""
        self.member: dict[int, Member] = {number: member for member, number in self.number.items()}
        self._allowed = ", ".join(prefix + member.value.upper() for member in members)

    def read(self, number: int, field: str, default: Member | None = None) -> Member:
        """Return the member of a number; 0 stands for `default`."""
        if number == 0 and default is not None:
            return default
        try:
            return self.member[number]
        except KeyError:
            raise InvalidInput.one(field, f"{number} is unknown", self._allowed) from None


class Reach(StrEnum):
    """How far a caller lets the desk go; the domain knows whether it is until the deadline."""

    INSTANT = "instant"
    UNTIL_DEADLINE = "until_deadline"


class SearchKind(StrEnum):
    """How thoroughly an answer was searched for; the domain keeps it as text."""

    EXACT = "exact"
    HEURISTIC = "heuristic"
    CUT_OFF = "cut_off"


SHIP_MODE = EnumTable(ShipMode, dict(order_pb2.ShipMode.items()))
LEARNED_FROM = EnumTable(LearnedFrom, dict(promise_pb2.LearnedFrom.items()))
LOAD_BAND = EnumTable(LoadBand, dict(plant_service_pb2.LoadBand.items()))
OUTCOME = EnumTable(Outcome, dict(promise_pb2.Outcome.items()))
PROMISE_STATE = EnumTable(PromiseState, dict(promise_pb2.PromiseState.items()))
TIER = EnumTable(Tier, dict(promise_pb2.Tier.items()))
SOURCE = EnumTable(Source, dict(promise_pb2.Source.items()))
SEARCH = EnumTable(SearchKind, dict(promise_pb2.Search.items()))
OPTION_KIND = EnumTable(OptionKind, dict(promise_pb2.OptionKind.items()))
OPTION_OUTCOME = EnumTable(OptionOutcome, dict(promise_pb2.OptionOutcome.items()))
OPTION_WHY = EnumTable(OptionWhy, dict(promise_pb2.OptionWhy.items()))
COST_KIND = EnumTable(CostKind, dict(promise_pb2.CostKind.items()))
RESCUE = EnumTable(Rescue, dict(promise_pb2.RescueOutcome.items()))
EFFORT = EnumTable(Reach, dict(promise_service_pb2.Effort.items()))
REASON_KIND = EnumTable(ReasonKind, dict(promise_pb2.ReasonKind.items()))
CLOCK_MODE = EnumTable(ClockMode, dict(plan_pb2.ClockMode.items()))
RESOURCE_KIND = EnumTable(ResourceKind, dict(plan_pb2.ResourceKind.items()))
EVENT_KIND = EnumTable(EventKind, dict(plan_pb2.EventKind.items()))
PROMOTION_LOSS = EnumTable(Why, dict(promotion_pb2.PromotionLoss.items()))
REVIEW_KIND = EnumTable(ReviewKind, dict(promotion_pb2.ReviewKind.items()))
ACCEPTANCE = EnumTable(Accept, dict(promise_service_pb2.Acceptance.items()))
ALERT_LEVEL = EnumTable(AlertLevel, dict(planner_service_pb2.AlertLevel.items()))
ALERT_CHANGE = EnumTable(AlertChange, dict(planner_service_pb2.AlertChange.items()))
DISRUPTION_KIND = EnumTable(DisruptionKind, dict(plan_service_pb2.DisruptionKind.items()))
PROGRESS_KIND = EnumTable(MarkKind, dict(plan_service_pb2.ProgressKind.items()))
PROGRESS_STATE = EnumTable(ProgressState, dict(plan_pb2.ProgressState.items()))
PROGRESS_OUTCOME = EnumTable(ItemOutcome, dict(plan_service_pb2.ProgressOutcome.items()))
DISRUPTION_STATE = EnumTable(DisruptionState, dict(plan_service_pb2.DisruptionState.items()))
PROPOSAL_KIND = EnumTable(ProposalKind, dict(plan_service_pb2.ProposalKind.items()))
PROPOSAL_STATE = EnumTable(ProposalState, dict(plan_service_pb2.ProposalState.items()))
REPROMISE_TREATMENT = EnumTable(Treatment, dict(planner_service_pb2.RepromiseTreatment.items()))
REPROMISE_OUTCOME = EnumTable(Became, dict(planner_service_pb2.RepromiseOutcome.items()))
RULE_STATE = EnumTable(RuleState, dict(rule_service_pb2.RuleState.items()))
VERDICT = {
    "pass": rule_service_pb2.VERDICT_PASS,
    "review": rule_service_pb2.VERDICT_REVIEW,
    "refuse": rule_service_pb2.VERDICT_REFUSE,
}
RULE_STAGE = {"admit": rule_service_pb2.RULE_STAGE_ADMIT, "approve": rule_service_pb2.RULE_STAGE_APPROVE}
RULE_REMARK = EnumTable(Remark, dict(rule_service_pb2.RuleRemark.items()))
