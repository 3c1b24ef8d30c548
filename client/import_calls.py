"""The call of ImportService: many orders on one stream."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import grpc

from client.errors import CallError
from client.frame import Frame
from jiaoqi.v1 import import_service_pb2 as imports
from jiaoqi.v1 import promise_service_pb2 as desk

PAUSE_S = 0.2


class ImportCalls(Frame):
    """Orders by the hundred, each with its own answer."""

    def import_orders(
        self, requests: Sequence[desk.PromiseRequest], *, timeout_s: float | None = None
    ) -> Iterator[imports.ImportOrdersResponse]:
        """Have orders promised on one stream; yields an answer for each, in their order, with its place as `index`.

        Requests without an id get one. A stream that breaks is opened again and goes on behind the last answer, for as
        long as `timeout_s` of silence allows (None: the client's timeout). Raises CallError.
        """
        for request in requests:
            request.request_id = request.request_id or self._new_request_id()
        silence_s = self.timeout_s if timeout_s is None else timeout_s
        done, heard = 0, time.monotonic()
        while done < len(requests):
            first = done
            try:
                for answer in self._imports.ImportOrders(_messages(requests, first), metadata=self._metadata):
                    answer.index += first
                    done, heard = done + 1, time.monotonic()
                    yield answer
                if done < len(requests):
                    raise RuntimeError(f"the server ended an import of {len(requests)} orders after {done} answers")
            except grpc.RpcError as error:
                failure = CallError(error)
                if failure.code is not grpc.StatusCode.UNAVAILABLE or time.monotonic() - heard > silence_s:
                    raise failure from None
                time.sleep(PAUSE_S)


def _messages(requests: Sequence[desk.PromiseRequest], first: int) -> Iterator[imports.ImportOrdersRequest]:
    for place in range(first, len(requests)):
        yield imports.ImportOrdersRequest(promise=requests[place])
