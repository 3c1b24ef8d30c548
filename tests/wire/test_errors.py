"""Every error has its status, and its details fit into the trailers."""

from datetime import timedelta

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, RetryInfo
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from wire.errors import STATUS, status_of

TRAILERS_MAX = 8192


def tree(kind):
    """The class and all below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


# Other tests may derive errors of their own.
OURS = [kind for kind in tree(errors.JiaoqiError) if kind.__module__ in ("domain.errors", "wire.errors")]


def details(error):
    """The details of an error's status by kind."""
    (_, packed), *_ = status_of(error).trailing_metadata
    found = {}
    for detail in Status.FromString(packed).details:
        for kind in (BadRequest, ErrorInfo, PreconditionFailure, RetryInfo):
            message = kind()
            if detail.Unpack(message):
                found[kind] = message
    return found


@pytest.mark.parametrize(
    "kind", [k for k in tree(errors.JiaoqiError) if k.__module__ in ("domain.errors", "wire.errors")]
)
def test_every_error_has_its_own_row(kind):
    """No error falls back on another's status, and only the base is INTERNAL."""
    assert kind in STATUS
    assert (STATUS[kind] is grpc.StatusCode.INTERNAL) == (kind is errors.JiaoqiError)


def test_wrong_fields_are_told_one_by_one():
    """Each violation has its path, what was wrong, and what is allowed."""
    error = errors.InvalidInput(
        [errors.Violation("order.lines[0].quantity", "0 is out of range", "1 to 9"), errors.Violation("a", "b")]
    )
    found = details(error)
    told = [(v.field, v.description) for v in found[BadRequest].field_violations]
    assert told == [("order.lines[0].quantity", "0 is out of range (allowed: 1 to 9)"), ("a", "b")]
    assert found[ErrorInfo].reason == "INVALID_INPUT"
    assert found[ErrorInfo].domain == "jiaoqi"
    assert found[ErrorInfo].metadata["violation_count"] == "2"


def test_a_full_queue_says_when_to_come_back():
    """The delay is told as RetryInfo."""
    found = details(errors.Overloaded("the queue", timedelta(milliseconds=250)))
    assert found[RetryInfo].retry_delay.ToTimedelta() == timedelta(milliseconds=250)
    assert found[ErrorInfo].metadata == {"what": "the queue"}


def test_a_stale_etag_tells_both_etags():
    """Programs need not read the sentence."""
    found = details(errors.StaleEtag("PO-1", "PO-1:1", "PO-1:2"))
    assert found[ErrorInfo].metadata == {"kind": "order", "name": "PO-1", "given": "PO-1:1", "current": "PO-1:2"}


def test_reservations_that_would_break_are_listed():
    """Each broken reservation is a violation of its own."""
    found = details(errors.WouldBreakReservations(["PO-1/1 on M1", "PO-2/1 on M1"]))
    assert [v.description for v in found[PreconditionFailure].violations] == ["PO-1/1 on M1", "PO-2/1 on M1"]


awkward = st.text(st.characters(codec="utf-8"), max_size=3000) | st.sampled_from(
    ["交" * 50_000, "\n" * 9000, "%" * 9000]
)


@given(st.lists(st.builds(errors.Violation, awkward, awkward, awkward), max_size=30), awkward)
def test_details_always_fit_into_the_trailers(violations, name):
    """However long the list and its texts, the status reaches the caller."""
    for error in (
        errors.InvalidInput(violations),
        errors.NotFound(name, name),
        errors.WouldBreakReservations([v.problem for v in violations]),
        errors.StaleEtag(name, name, name),
    ):
        status = status_of(error)
        ((key, packed),) = status.trailing_metadata
        # gRPC percent-encodes the message and writes the details in base64.
        message = sum(1 if 32 <= byte < 127 and byte != 37 else 3 for byte in status.details.encode())
        assert message + len(key) + len(packed) * 4 / 3 < TRAILERS_MAX


def test_many_violations_are_cut_but_counted():
    """A caller sees that there is more than what he is told."""
    error = errors.InvalidInput([errors.Violation(f"items.csv:{row}:item", "is missing") for row in range(5000)])
    found = details(error)
    assert 10 < len(found[BadRequest].field_violations) < 5000
    assert found[ErrorInfo].metadata["violation_count"] == "5000"
