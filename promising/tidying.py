"""The plan kept well ordered while nobody asks: looked for beside the desk, applied as a proposal of its own."""

from __future__ import annotations

import logging
from itertools import count
from threading import Event, Thread

from domain.errors import JiaoqiError, Overloaded, ProposalOutdated
from domain.proposals import Proposal, ProposalKind
from promising.ports import DeskMetrics
from promising.proposal_requests import ProposalAsk, ReplanAsk
from promising.proposals import Proposals
from promising.settings import DeskSettings
from promising.standing import Standing

log = logging.getLogger("jiaoqi.desk")
NAME = "desk"
"""Who is told to have had it done."""
REASON = "kept in order"


class Tidying:
    """Looks again where the plan has changed since it last looked. Promises go on, and none moves."""

    def __init__(
        self, stands: Standing, proposals: Proposals, settings: DeskSettings, metrics: DeskMetrics, stopping: Event
    ) -> None:
        self._stands, self._proposals = stands, proposals
        self._settings, self._metrics = settings, metrics
        self._stopping = stopping
        self._numbers = count()
        self._looked_at = -1
        self._thread: Thread | None = None

    def start(self) -> None:
        """Look from time to time, if that is wanted."""
        if self._settings.tidy_every:
            self._thread = Thread(target=self._again_and_again, name="tidying", daemon=True)
            self._thread.start()

    def once(self, effort: int = 0) -> str:
        """Look once, unless the plan stands as when that was done last; what came of it, empty for nothing done.

        `applied`, `nothing` better, `outdated` by what was promised meanwhile, `failed`, which costs this look alone.
        """
        plan = self._stands.plan
        if plan is None or self._stands.halted or plan.version == self._looked_at:
            return ""
        version = plan.version
        try:
            made = self._proposals.replan(
                self._ask(version, effort), lambda _: None, lambda: not self._stopping.is_set()
            )
        except Overloaded:
            # A planner has a search going on.
            return ""
        except JiaoqiError as error:
            log.warning("tidying_failed", extra={"problem": str(error)})
            return self._told("failed")
        if self._stopping.is_set():
            return ""
        if not made:
            self._looked_at = version
            return self._told("nothing")
        return self._told(self._applied(made[0]))

    def _ask(self, version: int, effort: int) -> ReplanAsk:
        # Anew for each look, after a restart too.
        name = f"tidy-{version}-{self._stands.clock.unix():.3f}-{next(self._numbers)}"
        seconds = self._settings.tidy_for.total_seconds()
        return ReplanAsk(name, NAME, (ProposalKind.ORDER,), seconds=seconds, effort=effort, reason=REASON)

    def _applied(self, proposal: Proposal) -> str:
        began = self._stands.clock.monotonic()
        ask = ProposalAsk(proposal.id, f"apply-{proposal.id}", NAME, proposal.etag, REASON)
        try:
            done = self._proposals.apply(ask)
        except ProposalOutdated:
            self._proposals.discard(ProposalAsk(proposal.id, f"discard-{proposal.id}", NAME, reason="outdated"))
            return "outdated"
        except JiaoqiError as error:
            # A planner was faster, or the desk is stopping.
            log.warning("tidying_failed", extra={"problem": str(error)})
            return "failed"
        self._looked_at = done.plan_version
        self._metrics.stood_still("tidying", self._stands.clock.monotonic() - began)
        return "applied"

    def _told(self, outcome: str) -> str:
        self._metrics.tidied(outcome)
        return outcome

    def _again_and_again(self) -> None:
        while not self._stopping.wait(self._settings.tidy_every.total_seconds()):
            self.once()
