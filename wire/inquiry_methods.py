"""The methods of `jiaoqi.v1.PromiseService` that tell more of an order: what happened to it, its task package."""

from __future__ import annotations

from domain.checks import check_id
from domain.errors import InvalidInput
from jiaoqi.v1 import promise_service_pb2 as pb
from promising.desk import Desk
from wire.answers import write_as_of
from wire.history import entry_to_message
from wire.methods import Call, Handler, Methods
from wire.packages import package_to_message
from wire.requests import check_deadline, check_page_token, page_size
from wire.surroundings import states_of

PAGE_SIZE, PAGE_SIZE_MAX = 100, 1000


class InquiryMethods:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self, methods: Methods, size: int) -> dict[str, Handler]:
        """Build the handlers by name, for requests of at most `size` bytes."""
        return {
            "ListHistory": methods.unary(pb.ListHistoryRequest, self.list_history, size),
            "GetTaskPackage": methods.unary(pb.GetTaskPackageRequest, self.get_task_package, size),
        }

    def get_task_package(self, request: pb.GetTaskPackageRequest, call: Call) -> pb.GetTaskPackageResponse:
        """All that the shop floor needs for an order."""
        check_id("order_id", request.order_id)
        check_deadline(call)
        package = self._desk.package(request.order_id)
        response = pb.GetTaskPackageResponse(time_zone=self._desk.plant().settings.zone)
        states = states_of(self._desk, [mould.id for mould in package.moulds])
        package_to_message(package, states, response.package)
        write_as_of(response.as_of, self._desk)
        return response

    def list_history(self, request: pb.ListHistoryRequest, call: Call) -> pb.ListHistoryResponse:
        """What happened to an order, page after page."""
        check_id("order_id", request.order_id)
        size = page_size(request.page_size, PAGE_SIZE, PAGE_SIZE_MAX)
        after = _sequence_of(request.page_token)
        check_deadline(call)
        entries = self._desk.history(request.order_id, after, size + 1)
        response = pb.ListHistoryResponse(entries=[entry_to_message(entry) for entry in entries[:size]])
        if len(entries) > size:
            response.next_page_token = str(entries[size - 1].event.sequence)
        write_as_of(response.as_of, self._desk)
        return response


def _sequence_of(token: str) -> int:
    """The place in the log behind which a page begins. Raises InvalidInput for a token that isn't one of ours."""
    check_page_token(token)
    if token and not (token.isascii() and token.isdigit() and len(token) <= 18):
        raise InvalidInput.one("page_token", "is not one of ours", "the next_page_token of the page before")
    return int(token or 0)
