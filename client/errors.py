"""What a call raises: the server's status with its details."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, RetryInfo
from grpc_status import rpc_status


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field of the request that was wrong, by its path, with what was wrong and what is allowed."""

    field: str
    problem: str


class CallError(Exception):
    """A call that the server refused or that did not reach it.

    `reason` and `metadata` are for programs; `retry_after_s` is None when asking again will not help by itself.
    """

    def __init__(self, error: grpc.RpcError) -> None:
        # Every error that a channel raises is a call as well; the types of grpc don't say so.
        call: Any = error
        self.code: grpc.StatusCode = call.code()
        self.message: str = call.details() or ""
        self.reason = ""
        self.metadata: dict[str, str] = {}
        self.fields: list[FieldError] = []
        self.retry_after_s: float | None = None
        self._read_details(call)
        super().__init__(f"{self.code.name}: {self.message}")

    def _read_details(self, call: Any) -> None:
        status = None
        with suppress(ValueError):
            status = rpc_status.from_call(call)
        for packed in [] if status is None else status.details:
            info, bad, broken, retry = ErrorInfo(), BadRequest(), PreconditionFailure(), RetryInfo()
            if packed.Unpack(info):
                self.reason, self.metadata = info.reason, dict(info.metadata)
            elif packed.Unpack(bad):
                self.fields += [FieldError(found.field, found.description) for found in bad.field_violations]
            elif packed.Unpack(broken):
                self.fields += [FieldError(found.subject, found.description) for found in broken.violations]
            elif packed.Unpack(retry):
                self.retry_after_s = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
