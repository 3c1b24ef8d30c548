"""The methods of `jiaoqi.v1.PlanService` that are about other plans."""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event, Thread

from domain.checks import check_id
from domain.proposals import Proposal, ProposalState
from jiaoqi.v1 import plan_service_pb2 as pb
from promising.desk import Desk
from promising.proposal_requests import Progress, ReplanAsk
from wire.answers import write_as_of
from wire.enums import PROPOSAL_STATE
from wire.methods import Call, Handler, Methods
from wire.proposals import (
    applied_to_message,
    ask_from_message,
    decision_from_message,
    progress_to_message,
    proposal_to_message,
)
from wire.requests import check_deadline, check_request_id, page_of

REQUEST_BYTES_MAX = 1 << 16

Told = Progress | tuple[Proposal, ...] | BaseException


class ProposalMethods:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods, stopping: Event) -> None:
        self._desk, self._stopping = desk, stopping
        size = REQUEST_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "Replan": methods.stream(pb.ReplanRequest, self.replan, size),
            "ListProposals": methods.unary(pb.ListProposalsRequest, self.list_proposals, size),
            "GetProposal": methods.unary(pb.GetProposalRequest, self.get, size),
            "ApplyProposal": methods.unary(pb.ApplyProposalRequest, self.apply, size),
            "DiscardProposal": methods.unary(pb.DiscardProposalRequest, self.discard, size),
        }

    def replan(self, request: pb.ReplanRequest, call: Call) -> Iterator[pb.ReplanResponse]:
        check_request_id(request.request_id)
        ask = ask_from_message(request, call.caller)
        told: SimpleQueue[Told] = SimpleQueue()
        Thread(target=self._search, args=(ask, call, told), name="replan", daemon=True).start()
        while isinstance(step := told.get(), Progress):
            response = pb.ReplanResponse()
            write_as_of(response.as_of, self._desk)
            progress_to_message(step, response.progress)
            yield response
        if isinstance(step, BaseException):
            raise step
        last = pb.ReplanResponse(done=True, proposals=[proposal_to_message(each) for each in step])
        write_as_of(last.as_of, self._desk)
        yield last

    def _search(self, ask: ReplanAsk, call: Call, told: SimpleQueue[Told]) -> None:
        def still() -> bool:
            return call.active() and not self._stopping.is_set()

        try:
            told.put(self._desk.proposals.replan(ask, told.put, still))
        except BaseException as error:
            told.put(error)

    def list_proposals(self, request: pb.ListProposalsRequest, call: Call) -> pb.ListProposalsResponse:
        check_deadline(call)
        found = self._desk.proposals.all()[::-1]
        if request.state:
            state: ProposalState = PROPOSAL_STATE.read(request.state, "state")
            found = [each for each in found if each.state is state]
        response = pb.ListProposalsResponse()
        page, response.next_page_token = page_of(found, request.page_size, request.page_token)
        response.proposals.extend(proposal_to_message(each) for each in page)
        write_as_of(response.as_of, self._desk)
        return response

    def get(self, request: pb.GetProposalRequest, call: Call) -> pb.GetProposalResponse:
        check_deadline(call)
        check_id("proposal_id", request.proposal_id)
        response = pb.GetProposalResponse()
        proposal_to_message(self._desk.proposals.get(request.proposal_id), response.proposal)
        write_as_of(response.as_of, self._desk)
        return response

    def apply(self, request: pb.ApplyProposalRequest, call: Call) -> pb.ApplyProposalResponse:
        check_request_id(request.request_id)
        check_id("proposal_id", request.proposal_id)
        response = pb.ApplyProposalResponse()
        applied_to_message(self._desk.proposals.apply(decision_from_message(request, call)), response.receipt)
        write_as_of(response.as_of, self._desk)
        return response

    def discard(self, request: pb.DiscardProposalRequest, call: Call) -> pb.DiscardProposalResponse:
        check_request_id(request.request_id)
        check_id("proposal_id", request.proposal_id)
        response = pb.DiscardProposalResponse()
        done = self._desk.proposals.discard(decision_from_message(request, call))
        proposal_to_message(done.proposal, response.proposal)
        write_as_of(response.as_of, self._desk)
        return response
