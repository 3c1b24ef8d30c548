"""The calls of PlanService that are about other plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import grpc

from client.errors import CallError
from client.frame import Frame
from jiaoqi.v1 import plan_service_pb2 as plan

PAGE = 500
PATIENCE_S = 660.0
"""How much longer than it searches a search may take: its process may have to be started and compiled first."""


class ProposalCalls(Frame):
    """For planners."""

    def replan(
        self,
        *,
        kinds: Sequence[plan.ProposalKind] = (),
        seconds: float = 20.0,
        effort: int = 0,
        protect_priority: int = 0,
        most_moved: int | None = None,
        none_within: timedelta | None = None,
        reason: str = "",
        request_id: str = "",
    ) -> Iterator[plan.ReplanResponse]:
        """Look for other plans; yields every step and last the proposals. To leave the iteration ends the search."""
        request = plan.ReplanRequest(
            request_id=request_id or self._new_request_id(), kinds=kinds, effort=effort,
            protect_priority=protect_priority, reason=reason,
        )  # fmt: skip
        request.budget_duration.FromTimedelta(timedelta(seconds=seconds))
        if most_moved is not None or none_within is not None:
            request.cap.none_within_duration.FromTimedelta(none_within or timedelta(0))
            if most_moved is not None:
                request.cap.most_moved_count = most_moved
        stream = self._plan.Replan(request, timeout=seconds + PATIENCE_S, metadata=self._metadata)
        try:
            yield from stream
        except grpc.RpcError as error:
            raise CallError(error) from None
        finally:
            stream.cancel()

    def proposals(self, state: plan.ProposalState = plan.PROPOSAL_STATE_UNSPECIFIED) -> Iterator[plan.Proposal]:
        """Yield proposals without their lines, the newest first."""
        for page in self._pages(self._plan.ListProposals, plan.ListProposalsRequest(state=state, page_size=PAGE)):
            yield from page.proposals

    def proposal(self, proposal_id: str) -> plan.Proposal:
        """Find one proposal, with its lines."""
        return self._call(self._plan.GetProposal, plan.GetProposalRequest(proposal_id=proposal_id)).proposal

    def apply_proposal(
        self, proposal_id: str, *, etag: str = "", reason: str = "", request_id: str = "", validate_only: bool = False
    ) -> plan.ApplyProposalResponse:
        """Make a proposal the plan."""
        request = plan.ApplyProposalRequest(
            proposal_id=proposal_id, etag=etag, reason=reason, validate_only=validate_only
        )
        return self._change(self._plan.ApplyProposal, request, request_id)

    def discard_proposal(
        self, proposal_id: str, *, etag: str = "", reason: str = "", request_id: str = "", validate_only: bool = False
    ) -> plan.DiscardProposalResponse:
        """Put a proposal aside."""
        request = plan.DiscardProposalRequest(
            proposal_id=proposal_id, etag=etag, reason=reason, validate_only=validate_only
        )
        return self._change(self._plan.DiscardProposal, request, request_id)
