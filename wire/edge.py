"""The gRPC server: services, threads, TLS, health, graceful stop."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import grpc
from grpc_health.v1.health import HealthServicer
from grpc_health.v1.health_pb2 import HealthCheckResponse
from msgspec import Struct

from jiaoqi.v1 import (
    import_service_pb2,
    plan_service_pb2,
    planner_service_pb2,
    plant_service_pb2,
    promise_service_pb2,
    review_service_pb2,
    rule_service_pb2,
    supply_service_pb2,
)
from promising.desk import Desk
from wire.callers import Callers
from wire.import_service import ImportServicer
from wire.methods import CallMetrics, Methods
from wire.plan_service import PlanServicer
from wire.planner_service import PlannerServicer
from wire.plant_service import PLANT_BYTES_MAX, PlantServicer
from wire.promise_service import PromiseServicer
from wire.review_service import ReviewServicer
from wire.rule_service import RuleServicer
from wire.standard import REFLECTIONS_MAX, standard_services
from wire.supply_service import SupplyServicer

SERVICES = (
    promise_service_pb2.DESCRIPTOR.services_by_name["PromiseService"].full_name,
    plant_service_pb2.DESCRIPTOR.services_by_name["PlantService"].full_name,
    supply_service_pb2.DESCRIPTOR.services_by_name["SupplyService"].full_name,
    import_service_pb2.DESCRIPTOR.services_by_name["ImportService"].full_name,
    plan_service_pb2.DESCRIPTOR.services_by_name["PlanService"].full_name,
    rule_service_pb2.DESCRIPTOR.services_by_name["RuleService"].full_name,
    planner_service_pb2.DESCRIPTOR.services_by_name["PlannerService"].full_name,
    review_service_pb2.DESCRIPTOR.services_by_name["ReviewService"].full_name,
)
REFLECTED = (*SERVICES, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection")
STREAMS_PER_CONNECTION = 4096
SPARE_THREADS = 16
LOOK_S, LOOKS_MAX = 0.06, 5
"""How long no call has to come in before the library stops, in seconds, and how often that is waited for: less than a
caller of ours takes to give up asking."""
UNTOLD_CALLS_MAX = 65_536
"""Calls that have come in and that no thread has looked at yet."""


class EdgeSettings(Struct, frozen=True):
    """How the edge listens.

    `waiting_calls` is how many calls may wait for the desk: what its queue and one batch hold. Beside a
    thread for each there are some for watches, for imports, and to refuse the rest at once. `port` 0 takes a free one.
    Without `credentials` the edge speaks plain text.
    """

    host: str = "127.0.0.1"
    port: int = 0
    waiting_calls: int = 512
    watch_limit: int = 16
    import_limit: int = 4
    credentials: grpc.ServerCredentials | None = None


class Edge:
    """Serves a desk over gRPC."""

    def __init__(
        self, desk: Desk, settings: EdgeSettings, metrics: CallMetrics, callers: Callers | None = None
    ) -> None:
        """Nothing is bound before `start`."""
        self._settings = settings
        self._stopping = Event()
        self._health = HealthServicer()
        methods = self._methods = Methods(callers or Callers(), metrics, self._stopping)
        promises = PromiseServicer(desk, methods, settings.watch_limit, self._stopping)
        imports = ImportServicer(desk, promises, methods, settings.import_limit, self._stopping)
        services = {
            SERVICES[0]: promises.handlers,
            SERVICES[3]: imports.handlers,
            SERVICES[1]: PlantServicer(desk, methods).handlers,
            SERVICES[2]: SupplyServicer(desk, methods).handlers,
            SERVICES[4]: PlanServicer(desk, methods, self._stopping).handlers,
            SERVICES[5]: RuleServicer(desk, methods).handlers,
            SERVICES[6]: PlannerServicer(desk, methods, settings.watch_limit, self._stopping).handlers,
            SERVICES[7]: ReviewServicer(desk, methods).handlers,
            **standard_services(self._health, REFLECTED),
        }
        threads = (
            settings.waiting_calls + 2 * settings.watch_limit + settings.import_limit + REFLECTIONS_MAX + SPARE_THREADS
        )
        self._server = grpc.server(
            ThreadPoolExecutor(threads, "grpc"),
            options=[
                # Room for the plant's files and the fields around them; each method has its own limit.
                ("grpc.max_receive_message_length", PLANT_BYTES_MAX + (1 << 20)),
                ("grpc.max_send_message_length", -1),
                ("grpc.max_concurrent_streams", STREAMS_PER_CONNECTION),
                # Beyond its own limit the library would cancel calls of a burst before anything could refuse them.
                ("grpc.server.max_pending_requests", UNTOLD_CALLS_MAX),
                ("grpc.server.max_pending_requests_hard_limit", UNTOLD_CALLS_MAX),
                # Two servers on one port would share its callers in silence.
                ("grpc.so_reuseport", 0),
            ],
        )
        for service, handlers in services.items():
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, dict(handlers)),))
            self._server.add_registered_method_handlers(service, dict(handlers))
        for service in ("", *SERVICES):
            self._health.set(service, HealthCheckResponse.NOT_SERVING)

    def start(self) -> int:
        """Bind, serve, and return the port. Raises OSError when the port is taken."""
        address = f"{self._settings.host}:{self._settings.port}"
        credentials = self._settings.credentials
        try:
            if credentials is None:
                port = self._server.add_insecure_port(address)
            else:
                port = self._server.add_secure_port(address, credentials)
        except RuntimeError as error:
            raise OSError(f"cannot listen on {address}") from error
        self._server.start()
        for service in ("", *SERVICES):
            self._health.set(service, HealthCheckResponse.SERVING)
        return port

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Refuse new calls with UNAVAILABLE, end the watches, and finish what was taken within the grace."""
        # Not told to those who watch the health, whose calls end now: the library sends that under a lock which the
        # thread that would finish the sending wants, too, for every watch that is cancelled meanwhile.
        self._stopping.set()
        # The library cancels calls that have come in and that no thread has looked at, of which nobody would know
        # whether to ask again. So it stops once callers have heard that this server does, and come no more.
        for _ in range(LOOKS_MAX):
            heard = self._methods.refused_at_end
            time.sleep(LOOK_S)
            if heard == self._methods.refused_at_end:
                break
        self._server.stop(grace_seconds).wait()
