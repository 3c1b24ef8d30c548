"""The calls of RuleService: drafts, versions, what is in force, and what it decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from client.frame import Frame
from jiaoqi.v1 import rule_service_pb2 as rules


class RuleCalls(Frame):
    """Files are texts by name: `*.rules`, and at most one `promotions.csv`."""

    def rule_versions(
        self, state: rules.RuleState = rules.RULE_STATE_UNSPECIFIED, page_size: int = 0
    ) -> Iterator[rules.RuleVersion]:
        """Yield versions, the latest first, page after page."""
        request = rules.ListRuleVersionsRequest(state=state, page_size=page_size)
        for page in self._pages(self._rules.ListRuleVersions, request):
            yield from page.versions

    def rule_version(self, version: int = 0, base_version: int | None = None) -> rules.GetRuleVersionResponse:
        """Find one version (0: the one in force) with its files, and what it changes of another one."""
        request = rules.GetRuleVersionRequest(version=version, base_version=base_version)
        return self._call(self._rules.GetRuleVersion, request)

    def put_rules(
        self,
        files: Mapping[str, str],
        *,
        version: int = 0,
        etag: str = "",
        note: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> rules.PutRulesResponse:
        """Put files as a new draft, or (`version`) in the place of those of a draft."""
        request = rules.PutRulesRequest(
            files=_files(files), version=version, etag=etag, note=note, validate_only=validate_only
        )
        return self._change(self._rules.PutRules, request, request_id)

    def check_rules(self, files: Mapping[str, str] | None = None, *, version: int = 0) -> rules.CheckRulesResponse:
        """Tell what is suspicious in files, or in a version (0: the one in force)."""
        return self._call(self._rules.CheckRules, rules.CheckRulesRequest(files=_files(files or {}), version=version))

    def test_rules(self, files: Mapping[str, str] | None = None, *, version: int = 0) -> rules.TestRulesResponse:
        """Run the examples in files, or in a version (0: the one in force)."""
        return self._call(self._rules.TestRules, rules.TestRulesRequest(files=_files(files or {}), version=version))

    def publish_rules(
        self,
        version: int,
        *,
        etag: str = "",
        reason: str = "",
        force: bool = False,
        request_id: str = "",
        validate_only: bool = False,
    ) -> rules.PublishRulesResponse:
        """Put a draft in force; with `force` and a reason in spite of what is found in it."""
        request = rules.PublishRulesRequest(
            version=version, etag=etag, reason=reason, force=force, validate_only=validate_only
        )
        return self._change(self._rules.PublishRules, request, request_id)

    def roll_back_rules(
        self, reason: str, *, version: int = 0, request_id: str = "", validate_only: bool = False
    ) -> rules.RollBackRulesResponse:
        """Take the version in force back for the one before it, or (`version`) an earlier one."""
        request = rules.RollBackRulesRequest(version=version, reason=reason, validate_only=validate_only)
        return self._change(self._rules.RollBackRules, request, request_id)

    def rehearse_rules(
        self,
        files: Mapping[str, str] | None = None,
        *,
        version: int = 0,
        order_count: int = 0,
        shown_count: int = 0,
    ) -> rules.RehearseRulesResponse:
        """Tell what a version, or files, would have decided otherwise of the last orders."""
        request = rules.RehearseRulesRequest(
            version=version, files=_files(files or {}), order_count=order_count, shown_count=shown_count
        )
        return self._call(self._rules.RehearseRules, request)

    def rule_health(self, *, timed: bool = False) -> rules.GetRuleHealthResponse:
        """Tell of every rule in force how often it fired; with `timed` also how long it takes."""
        return self._call(self._rules.GetRuleHealth, rules.GetRuleHealthRequest(timed=timed))

    def budgets(self, promotion_id: str = "", page_size: int = 0) -> Iterator[rules.PromotionBudget]:
        """Yield what standing orders have of promotions and what is left, page after page."""
        request = rules.ListBudgetsRequest(promotion_id=promotion_id, page_size=page_size)
        for page in self._pages(self._rules.ListBudgets, request):
            yield from page.budgets

    def decision(
        self, order_id: str, *, order_version: int = 0, near_misses: bool = False, unmet: int = 0, unmet_from: int = 0
    ) -> rules.GetDecisionResponse:
        """Tell all that led to the verdict on an order; with `unmet` so many promotions that it didn't meet."""
        request = rules.GetDecisionRequest(
            order_id=order_id, order_version=order_version, near_misses=near_misses, unmet_promotion_limit=unmet,
            unmet_promotion_offset=unmet_from,
        )  # fmt: skip
        return self._call(self._rules.GetDecision, request)

    def replay_decision(self, order_id: str, *, order_version: int = 0) -> rules.ReplayDecisionResponse:
        """Decide an order again, by the rules of then and by those of today."""
        request = rules.ReplayDecisionRequest(order_id=order_id, order_version=order_version)
        return self._call(self._rules.ReplayDecision, request)


def _files(files: Mapping[str, str]) -> list[rules.RuleFile]:
    return [rules.RuleFile(name=name, content=content) for name, content in files.items()]
