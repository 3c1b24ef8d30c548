"""Who may call, under which name; health and reflection; TLS."""

import subprocess
import threading

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from client.calls import CallError, JiaoqiClient
from domain.errors import InvalidInput
from tests.wire.conftest import shop
from tests.wire.test_plant_service import order
from wire.callers import Callers, read_tokens
from wire.edge import EdgeSettings

SMALL = EdgeSettings(waiting_calls=2, watch_limit=1)
TOKEN = "sesame-open-2026-0001"


def test_an_anonymous_call_and_one_with_a_name(running):
    """The caller's name stands in the promise."""
    with running.client() as nobody, running.client(caller="shop-front") as front:
        assert nobody.promise(order("PO-1")).promise.caller == "anonymous"
        assert front.promise(order("PO-2")).promise.caller == "shop-front"


def test_request_ids_belong_to_their_caller(running):
    """Two callers may use the same id."""
    with running.client(caller="a") as first, running.client(caller="b") as second:
        first.promise(order("PO-1"), request_id="1")
        assert second.promise(order("PO-2"), request_id="1").promise.order.id == "PO-2"


def test_with_tokens_the_name_is_the_tokens(serve):
    """Without a known token nothing is answered, and nobody calls himself somebody else."""
    with serve(shop(), callers=Callers({TOKEN: "erp"})) as running:
        for options in ({}, {"token": "wrong"}, {"caller": "erp"}):
            with running.client(**options) as client, pytest.raises(CallError) as refused:
                client.clock()
            assert refused.value.code is grpc.StatusCode.UNAUTHENTICATED
            assert refused.value.reason == "UNAUTHENTICATED"
        with running.client(token=TOKEN, caller="boss") as client:
            assert client.promise(order("PO-1")).promise.caller == "erp"


def test_a_name_that_is_none_is_refused(running):
    """A caller is 1 to 128 characters."""
    with running.client(caller="x" * 129) as client, pytest.raises(CallError) as refused:
        client.clock()
    assert [field.field for field in refused.value.fields] == ["x-caller"]


def test_a_file_of_tokens(tmp_path):
    """One token and its caller a line; all wrong lines are told."""
    file = tmp_path / "tokens"
    file.write_text(f"# sales\n\n{TOKEN} erp\n")
    assert read_tokens(file) == {TOKEN: "erp"}
    file.write_text(f"{TOKEN} erp\nshort x\n{TOKEN} twice\nalone-and-without-a-caller\n")
    with pytest.raises(InvalidInput) as refused:
        read_tokens(file)
    assert [violation.field for violation in refused.value.violations] == ["tokens:2", "tokens:3", "tokens:4"]


def test_health_is_told_for_the_server_and_each_service(running):
    """Serving, and unknown for what isn't there."""
    stub = health_pb2_grpc.HealthStub(running.channel)
    for service in ("", "jiaoqi.v1.PromiseService", "jiaoqi.v1.PlantService"):
        assert stub.Check(health_pb2.HealthCheckRequest(service=service)).status == 1
    with pytest.raises(grpc.RpcError) as refused:
        stub.Check(health_pb2.HealthCheckRequest(service="nobody"))
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND


def test_health_watches_hold_no_threads(serve):
    """More watches of health than the edge has threads, and sales go on."""
    with (
        serve(shop(), edge_settings=EdgeSettings(waiting_calls=2, watch_limit=1)) as running,
        running.client() as client,
    ):
        stub = health_pb2_grpc.HealthStub(running.channel)
        watches = [stub.Watch(health_pb2.HealthCheckRequest()) for _ in range(60)]
        assert [next(watch).status for watch in watches] == [1] * 60
        assert client.promise(order("PO-1")).promise.order.id == "PO-1"
        for watch in watches:
            watch.cancel()


def test_reflection_tells_the_schema(running):
    """A caller without the schema can learn it."""
    database = ProtoReflectionDescriptorDatabase(running.channel)
    assert "jiaoqi.v1.PromiseService" in database.get_services()
    assert database.FindFileContainingSymbol("jiaoqi.v1.Promise").name == "jiaoqi/v1/promise.proto"


def test_open_reflections_cannot_starve_sales(serve):
    """A reflection holds a thread for as long as its caller likes: a fifth is refused, and sales go on."""
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    with (
        serve(shop(), edge_settings=EdgeSettings(waiting_calls=2, watch_limit=1)) as running,
        running.client() as client,
    ):
        stub = reflection_pb2_grpc.ServerReflectionStub(running.channel)
        end = threading.Event()

        def questions():
            yield request
            end.wait(20)

        streams = [stub.ServerReflectionInfo(questions()) for _ in range(4)]
        for stream in streams:
            assert next(stream).list_services_response.service
        with pytest.raises(grpc.RpcError) as refused:
            next(stub.ServerReflectionInfo(questions()))
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert client.promise(order("PO-1")).promise.order.id == "PO-1"
        end.set()


def test_calls_over_tls(serve, tmp_path):
    """With certificate and key the edge speaks TLS, and a client without it gets nothing."""
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    settings = EdgeSettings(waiting_calls=8, certificate=certificate, key=key)
    with serve(shop(), edge_settings=settings) as running:
        with JiaoqiClient(running.address, root_certificates=certificate.read_bytes()) as client:
            assert client.clock().time_zone == "Asia/Shanghai"
        with running.client(timeout_s=0.3) as client, pytest.raises(CallError) as refused:
            client.clock()
        assert refused.value.code is grpc.StatusCode.UNAVAILABLE
