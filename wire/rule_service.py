"""The servicer of `jiaoqi.v1.RuleService`."""

from __future__ import annotations

from typing import TypeVar

from domain.checks import check_id, check_range
from domain.errors import InvalidInput
from jiaoqi.v1 import rule_service_pb2 as pb
from promising.desk import Desk
from promising.rule_requests import PublishRules, PutRules, Review, RollBackRules, RuleAnswer, RuleAsk, RuleChange
from wire.answers import write_as_of
from wire.decisions import (
    budget_to_message,
    decision_to_message,
    health_to_message,
    rehearsal_to_message,
    replay_to_message,
)
from wire.enums import RULE_STATE
from wire.methods import Call, Handler, Methods
from wire.page_tokens import read_row, write_row
from wire.requests import check_deadline, check_page_token, check_request_id, page_of, page_size
from wire.rules import (
    difference_to_message,
    failed_to_message,
    files_from_messages,
    finding_to_message,
    version_to_message,
)

FILES_BYTES_MAX = 6 << 20
"""Of a request with files: the files, and what is around them."""
REQUEST_BYTES_MAX = 1 << 16
PAGE, PAGE_MAX = 100, 1000

REHEARSED, REHEARSED_MAX = 1000, 100_000
SHOWN, SHOWN_MAX = 100, 1000
INT_MAX = 2**31 - 1

WithFiles = pb.CheckRulesRequest | pb.TestRulesRequest | pb.RehearseRulesRequest
Changing = pb.PutRulesRequest | pb.PublishRulesRequest | pb.RollBackRulesRequest
Changed = TypeVar("Changed", pb.PutRulesResponse, pb.PublishRulesResponse, pb.RollBackRulesResponse)


class RuleServicer:
    """Converts, calls the desk's rules, converts back."""

    def __init__(self, desk: Desk, methods: Methods) -> None:
        self._desk, self._rules = desk, desk.rules
        small, files = REQUEST_BYTES_MAX, FILES_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "ListRuleVersions": methods.unary(pb.ListRuleVersionsRequest, self.list_versions, small),
            "GetRuleVersion": methods.unary(pb.GetRuleVersionRequest, self.get_version, small),
            "PutRules": methods.unary(pb.PutRulesRequest, self.put, files),
            "CheckRules": methods.unary(pb.CheckRulesRequest, self.check, files),
            "TestRules": methods.unary(pb.TestRulesRequest, self.test, files),
            "PublishRules": methods.unary(pb.PublishRulesRequest, self.publish, small),
            "RollBackRules": methods.unary(pb.RollBackRulesRequest, self.roll_back, small),
            "RehearseRules": methods.unary(pb.RehearseRulesRequest, self.rehearse, files),
            "GetRuleHealth": methods.unary(pb.GetRuleHealthRequest, self.get_health, small),
            "ListBudgets": methods.unary(pb.ListBudgetsRequest, self.list_budgets, small),
            "GetDecision": methods.unary(pb.GetDecisionRequest, self.get_decision, small),
            "ReplayDecision": methods.unary(pb.ReplayDecisionRequest, self.replay_decision, small),
        }

    # Readings.

    def list_versions(self, request: pb.ListRuleVersionsRequest, call: Call) -> pb.ListRuleVersionsResponse:
        size = page_size(request.page_size, PAGE, PAGE_MAX)
        check_page_token(request.page_token)
        state = RULE_STATE.read(request.state, "state") if request.state else None
        first = read_row(request.page_token)
        check_deadline(call)
        found = [one for one in reversed(self._rules.versions()) if state in (None, one.state)]
        response = pb.ListRuleVersionsResponse(version_in_force=self._rules.in_force)
        for version in found[first : first + size]:
            version_to_message(version, response.versions.add())
        response.next_page_token = write_row(first + size) if found[first + size :] else ""
        write_as_of(response.as_of, self._desk)
        return response

    def get_version(self, request: pb.GetRuleVersionRequest, call: Call) -> pb.GetRuleVersionResponse:
        check_deadline(call)
        version = self._rules.version(_number(request.version))
        base = _number(request.base_version, "base_version") if request.HasField("base_version") else version.base
        response = pb.GetRuleVersionResponse()
        version_to_message(version, response.version)
        for name, content in self._rules.files(version.number).items():
            response.files.add(name=name, content=content)
        difference_to_message(self._rules.difference(base, version.number), response.difference)
        write_as_of(response.as_of, self._desk)
        return response

    def check(self, request: pb.CheckRulesRequest, call: Call) -> pb.CheckRulesResponse:
        review = self._review(request, call)
        response = pb.CheckRulesResponse(rule_count=review.rules)
        for found in review.found:
            finding_to_message(found, response.findings.add())
        write_as_of(response.as_of, self._desk)
        return response

    def test(self, request: pb.TestRulesRequest, call: Call) -> pb.TestRulesResponse:
        review = self._review(request, call)
        response = pb.TestRulesResponse(example_count=len(review.tested))
        for one in review.failed:
            failed_to_message(one, response.failed.add())
        write_as_of(response.as_of, self._desk)
        return response

    def _review(self, request: pb.CheckRulesRequest | pb.TestRulesRequest, call: Call) -> Review:
        return self._rules.review(self._files(request, call))

    def _files(self, request: WithFiles, call: Call) -> dict[str, str]:
        """The files that are meant: those of the request, or of a version."""
        check_deadline(call)
        number = _number(request.version)
        if number and request.files:
            raise InvalidInput.one("files", "stand beside a version", "a version or files")
        return files_from_messages(request.files) or self._rules.files(self._rules.version(number).number)

    def rehearse(self, request: pb.RehearseRulesRequest, call: Call) -> pb.RehearseRulesResponse:
        if not request.version and not request.files:
            raise InvalidInput.one("version", "is missing", "the number of a version, or files")
        check_range("order_count", request.order_count, 0, REHEARSED_MAX)
        check_range("shown_count", request.shown_count, 0, SHOWN_MAX)
        files = self._files(request, call)
        made, read_today = self._rules.rehearse(files, request.order_count or REHEARSED, request.shown_count or SHOWN)
        response = pb.RehearseRulesResponse(read_today_count=read_today)
        rehearsal_to_message(made, response)
        write_as_of(response.as_of, self._desk)
        return response

    def get_health(self, request: pb.GetRuleHealthRequest, call: Call) -> pb.GetRuleHealthResponse:
        check_deadline(call)
        response = pb.GetRuleHealthResponse()
        health_to_message(self._rules.health(timed=request.timed), response)
        write_as_of(response.as_of, self._desk)
        return response

    def list_budgets(self, request: pb.ListBudgetsRequest, call: Call) -> pb.ListBudgetsResponse:
        check_deadline(call)
        response = pb.ListBudgetsResponse()
        found = self._rules.budgets(request.promotion_id)
        page, response.next_page_token = page_of(found, request.page_size, request.page_token)
        for budget in page:
            budget_to_message(budget, response.budgets.add())
        write_as_of(response.as_of, self._desk)
        return response

    def get_decision(self, request: pb.GetDecisionRequest, call: Call) -> pb.GetDecisionResponse:
        check_id("order_id", request.order_id)
        check_deadline(call)
        version = _number(request.order_version, "order_version")
        limit, first = request.unmet_promotion_limit, request.unmet_promotion_offset
        check_range("unmet_promotion_limit", limit, 0, SHOWN_MAX)
        check_range("unmet_promotion_offset", first, 0, INT_MAX)
        response = pb.GetDecisionResponse()
        told = self._rules.decision(request.order_id, version, near=request.near_misses, unmet=limit > 0)
        decision_to_message(told, response, first, limit)
        write_as_of(response.as_of, self._desk)
        return response

    def replay_decision(self, request: pb.ReplayDecisionRequest, call: Call) -> pb.ReplayDecisionResponse:
        check_id("order_id", request.order_id)
        check_deadline(call)
        version = _number(request.order_version, "order_version")
        response = pb.ReplayDecisionResponse()
        replay_to_message(self._rules.replay(request.order_id, version), response)
        write_as_of(response.as_of, self._desk)
        return response

    # Changes.

    def put(self, request: pb.PutRulesRequest, call: Call) -> pb.PutRulesResponse:
        number = _number(request.version)
        change = PutRules(files_from_messages(request.files), number, request.etag, request.note)
        return self._changed(request, call, change, pb.PutRulesResponse())[0]

    def publish(self, request: pb.PublishRulesRequest, call: Call) -> pb.PublishRulesResponse:
        if not request.version:
            raise InvalidInput.one("version", "is missing", "the number of a draft")
        change = PublishRules(_number(request.version), request.etag, request.reason, request.force)
        response, answer = self._changed(request, call, change, pb.PublishRulesResponse())
        for found in () if answer.review is None else answer.review.found:
            finding_to_message(found, response.findings.add())
        return response

    def roll_back(self, request: pb.RollBackRulesRequest, call: Call) -> pb.RollBackRulesResponse:
        change = RollBackRules(_number(request.version), request.reason)
        return self._changed(request, call, change, pb.RollBackRulesResponse())[0]

    def _changed(
        self, request: Changing, call: Call, change: RuleChange, response: Changed
    ) -> tuple[Changed, RuleAnswer]:
        check_request_id(request.request_id)
        ask = RuleAsk(change, request.request_id, call.caller, request.validate_only, call.deadline)
        answer = self._rules.change(ask)
        version_to_message(answer.version, response.version)
        difference_to_message(answer.difference, response.difference)
        write_as_of(response.as_of, self._desk)
        return response, answer


def _number(number: int, field: str = "version") -> int:
    if number < 0:
        raise InvalidInput.one(field, f"{number} is negative", "0 or a version's number")
    return number
