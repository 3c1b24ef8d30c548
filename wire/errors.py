"""The one map from the domain's errors to gRPC status, with google.rpc details."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from domain import errors
from wire.times import write_duration

DOMAIN = "jiaoqi"
RETRY_AFTER = timedelta(seconds=1)
"""What a caller is told to wait where the error itself doesn't say."""

# All trailers of an answer must stay below the 8 KiB at which gRPC libraries refuse them, and details
# travel in base64 beside the message, which travels percent-encoded.
MESSAGE_MAX = 1200
DETAILS_MAX = 4000
VALUE_MAX = 200


class Unauthenticated(errors.JiaoqiError):
    """The server asks for a bearer token, and the call carried none that it knows."""

    reason = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__("this server asks for a bearer token that it knows: authorization: Bearer TOKEN")


class PermissionDenied(errors.JiaoqiError):
    """The caller has none of the roles that the method is for."""

    reason = "PERMISSION_DENIED"

    def __init__(self, method: str, needed: Sequence[str], caller: str, roles: Sequence[str]) -> None:
        """`needed` are the roles that may call the method, `roles` those of the caller."""
        self.method, self.needed, self.caller, self.roles = method, tuple(needed), caller, tuple(roles)
        super().__init__(f"{method} is for {', '.join(needed)}, and {caller!r} is {', '.join(roles)}")

    def details(self) -> dict[str, str]:
        return {
            "method": self.method,
            "needed": ",".join(self.needed),
            "caller": self.caller,
            "roles": ",".join(self.roles),
        }


STATUS: dict[type[errors.JiaoqiError], grpc.StatusCode] = {
    errors.JiaoqiError: grpc.StatusCode.INTERNAL,
    errors.InvalidInput: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    errors.RequestIdReused: grpc.StatusCode.ALREADY_EXISTS,
    errors.StaleEtag: grpc.StatusCode.ABORTED,
    errors.WrongState: grpc.StatusCode.FAILED_PRECONDITION,
    errors.ReviewerNeeded: grpc.StatusCode.PERMISSION_DENIED,
    errors.PlannerNeeded: grpc.StatusCode.PERMISSION_DENIED,
    errors.PlanChanged: grpc.StatusCode.ABORTED,
    errors.WouldBreakReservations: grpc.StatusCode.FAILED_PRECONDITION,
    errors.RulesRefused: grpc.StatusCode.FAILED_PRECONDITION,
    errors.CannotMoveWork: grpc.StatusCode.FAILED_PRECONDITION,
    errors.WouldBreakPromises: grpc.StatusCode.FAILED_PRECONDITION,
    errors.ProposalOutdated: grpc.StatusCode.FAILED_PRECONDITION,
    errors.ReplanFailed: grpc.StatusCode.ABORTED,
    errors.Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.DeadlineExpired: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.DeskStopped: grpc.StatusCode.UNAVAILABLE,
    errors.NewerStore: grpc.StatusCode.FAILED_PRECONDITION,
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
}
"""Every class has its own row; a test walks the tree."""


def code_of(error: errors.JiaoqiError) -> grpc.StatusCode:
    """Return the status code of an error; a class without a row has that of its parent."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def retry_after(error: errors.JiaoqiError) -> timedelta | None:
    """Return how long to wait before asking again; None where that will not help by itself."""
    if isinstance(error, errors.Overloaded | errors.DeskStopped):
        found: timedelta = getattr(error, "retry_after", RETRY_AFTER)
        return found
    return None


def status_of(error: errors.JiaoqiError) -> grpc.Status:
    """Return the status that tells an error, with as many details as fit into the trailers."""
    rpc = Status(code=code_of(error).value[0], message=_shortened(str(error), MESSAGE_MAX))
    metadata = error.details()
    if isinstance(error, errors.InvalidInput):
        metadata = {"violation_count": str(len(error.violations))}
    info = ErrorInfo(
        reason=error.reason,
        domain=DOMAIN,
        metadata={key: _shortened(value, VALUE_MAX) for key, value in metadata.items()},
    )
    _add(rpc, info)
    delay = retry_after(error)
    if delay is not None:
        retry = RetryInfo()
        write_duration(retry.retry_delay, delay)
        _add(rpc, retry)
    if isinstance(error, errors.InvalidInput):
        _add(rpc, _bad_request(error, DETAILS_MAX - rpc.ByteSize()))
    if isinstance(error, errors.WouldBreakReservations | errors.WouldBreakPromises):
        _add(rpc, _precondition(error.reason, error.broken, DETAILS_MAX - rpc.ByteSize()))
    if isinstance(error, errors.RulesRefused):
        _add(rpc, _precondition(error.reason, error.found, DETAILS_MAX - rpc.ByteSize()))
    return rpc_status.to_status(rpc)


def internal_status(error_id: str) -> grpc.Status:
    """Return the status of an error in the server's own code, which the log tells under this id."""
    rpc = Status(code=Code.INTERNAL, message=f"an error in the server, in its log under {error_id}")
    _add(rpc, ErrorInfo(reason="INTERNAL", domain=DOMAIN, metadata={"error_id": error_id}))
    return rpc_status.to_status(rpc)


def _add(rpc: Status, detail: Message) -> None:
    packed = Any()
    packed.Pack(detail)
    rpc.details.append(packed)


def _bad_request(error: errors.InvalidInput, room: int) -> BadRequest:
    found = BadRequest()
    for violation in error.violations:
        allowed = f" (allowed: {_shortened(violation.allowed, VALUE_MAX)})" if violation.allowed else ""
        found.field_violations.add(
            field=_shortened(violation.field, VALUE_MAX),
            description=_shortened(violation.problem, 2 * VALUE_MAX) + allowed,
            reason=error.reason,
        )
        if found.ByteSize() > room:
            del found.field_violations[-1]
            break
    return found


def _precondition(reason: str, broken: Sequence[str], room: int) -> PreconditionFailure:
    found = PreconditionFailure()
    for one in broken:
        found.violations.add(type=reason, description=_shortened(one, 2 * VALUE_MAX))
        if found.ByteSize() > room:
            del found.violations[-1]
            break
    return found


def _shortened(text: str, room: int) -> str:
    """Return the text, or a beginning of it that takes at most `room` bytes in percent-encoding."""
    # A character takes at least one byte and at most twelve.
    if len(text) * 12 <= room or (len(text) <= room and len(quote(text)) <= room):
        return text
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        if len(quote(text[:middle])) <= room - len("..."):
            low = middle
        else:
            high = middle - 1
    return text[:low] + "..."
