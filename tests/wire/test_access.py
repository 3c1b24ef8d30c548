"""Who may call, under which name; health and reflection; TLS."""

import threading
from datetime import timedelta
from functools import partial

import grpc
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from client.calls import CallError, JiaoqiClient
from client.times import timestamp
from client.token_command import Role as TokenRole
from domain.errors import InvalidInput
from domain.promises import EventKind
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
from jiaoqi.v1.promise_service_pb2 import PromiseRequest
from jiaoqi.v1.supply_service_pb2 import Customer, StockCount
from promising.plant_files import write_plant
from tests.wire.conftest import MONDAY, shop
from tests.wire.test_plant_service import order
from wire.callers import Caller, Callers, digest_of, read_tokens
from wire.credentials import read_credentials
from wire.edge import EdgeSettings
from wire.errors import Unauthenticated
from wire.roles import ALLOWED, Role

SMALL = EdgeSettings(waiting_calls=2, watch_limit=1)
SCHEMA = tuple(
    module.DESCRIPTOR
    for module in (
        import_service_pb2,
        plan_service_pb2,
        planner_service_pb2,
        plant_service_pb2,
        promise_service_pb2,
        rule_service_pb2,
        review_service_pb2,
        supply_service_pb2,
    )
)


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
    """Without a known token nothing is answered, and nobody calls himself somebody else, in the log neither."""
    with serve(shop(), callers=callers(erp=Role.SALES)) as running:
        for options in ({}, {"token": "wrong"}, {"caller": "erp"}):
            with running.client(**options) as client, pytest.raises(CallError) as refused:
                client.clock()
            assert refused.value.code is grpc.StatusCode.UNAUTHENTICATED
            assert refused.value.reason == "UNAUTHENTICATED"
        with running.client(token="token-of-erp", caller="boss") as client:
            assert client.promise(order("PO-1")).promise.caller == "erp"
            client.cancel("PO-1", reason="typed twice")
        who = {event.kind: event.actor for event in running.desk.events() if event.order_id == "PO-1"}
        assert who == {EventKind.PROMISED: "erp", EventKind.CANCELLED: "erp"}


def test_bytes_of_a_stranger_are_not_even_looked_at(serve):
    """Who has no token learns nothing about what a request should be."""
    with serve(shop(), callers=callers(erp=Role.SALES)) as running:
        call = running.channel.unary_unary("/jiaoqi.v1.PromiseService/Promise")
        with pytest.raises(grpc.RpcError) as refused:
            call(b"\xff\xff")
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


def callers(**roles):
    """Callers by name with one role or several, each with the token `token-of-` and his name."""
    return Callers(
        {
            digest_of(f"token-of-{name}"): Caller(name, frozenset({has} if isinstance(has, Role) else has))
            for name, has in roles.items()
        }
    )


def test_a_forced_date_is_for_planners(serve):
    """Sales may promise the order and not force its date, whatever it says of itself; the planner may."""
    with serve(shop(), callers=callers(erp=Role.SALES, chen=Role.PLANNER)) as running:
        with running.client(token="token-of-erp", caller="chen") as sales:
            before = sales.promise(order("PO-1")).promise
            with pytest.raises(CallError) as refused:
                sales.force_date("PO-1", line_no=1, promised_time=MONDAY + timedelta(days=9), reason="told so")
            assert sales.get_order("PO-1").promise == before
        assert refused.value.code is grpc.StatusCode.PERMISSION_DENIED
        assert refused.value.message == "ForceDate is for admin, planner, and 'erp' is sales"
        assert (refused.value.reason, refused.value.metadata) == (
            "PERMISSION_DENIED",
            {"method": "ForceDate", "needed": "admin,planner", "caller": "erp", "roles": "sales"},
        )
        with running.client(token="token-of-chen") as planner:
            planner.force_date("PO-1", line_no=1, promised_time=MONDAY + timedelta(days=9), reason="told so")
        event = running.desk.events()[-1]
        assert (event.kind, event.actor) == (EventKind.DATE_FORCED, "chen")


def test_each_role_does_its_own_and_all_may_look(serve):
    """A feed by sales, a promise by the shop floor, credit and a plant by a planner: denied."""
    roles = {"erp": Role.SALES, "chen": Role.PLANNER, "gate": Role.SHOP_FLOOR, "root": Role.ADMIN}
    count = StockCount(item_id="cap", quantity=7, as_of_time=timestamp(MONDAY))
    denied = {}
    with serve(shop(), callers=callers(**roles)) as running:
        for name in roles:
            with running.client(token=f"token-of-{name}") as client:
                asked = {
                    "promise": partial(client.promise, order(f"PO-{name}")),
                    "stock": partial(client.upsert_supply, [count]),
                    "credit": partial(client.upsert_customers, [Customer(customer_id="ACME", grade="A")]),
                    "plant": partial(client.import_plant, write_plant(shop())),
                    "look": client.clock,
                }
                codes = {what: code_of_call(call) for what, call in asked.items()}
            assert codes["look"] is grpc.StatusCode.OK
            denied[name] = [what for what, code in codes.items() if code is grpc.StatusCode.PERMISSION_DENIED]
    assert denied == {
        "erp": ["stock", "credit", "plant"],
        "chen": ["credit", "plant"],
        "gate": ["promise", "credit", "plant"],
        "root": [],
    }


def test_an_import_of_orders_is_for_those_who_sell(serve):
    """A stream is denied before anything of it is read."""
    with serve(shop(), callers=callers(gate=Role.SHOP_FLOOR)) as running, running.client(token="token-of-gate") as gate:
        call = partial(list, gate.import_orders([PromiseRequest(order=order("PO-1"))]))
        assert code_of_call(call) is grpc.StatusCode.PERMISSION_DENIED
        assert list(gate.list_orders()) == []


def test_what_rules_hold_is_decided_by_reviewers_and_not_by_sales(serve):
    """Sales is told which roles may, and nothing changes; the reviewer confirms it, and sales the hold it asked for."""
    rules = {"f.rules": '规则 "多": 当 订单.总数量 > 100 则 转审 "财务" 因为 "太多"\n'}
    with serve(shop(), callers=callers(erp=Role.SALES, fang=Role.REVIEWER, root=Role.ADMIN)) as running:
        with running.client(token="token-of-root") as admin:
            admin.publish_rules(admin.put_rules(rules).version.version)
        with running.client(token="token-of-erp") as sales, running.client(token="token-of-fang") as reviewer:
            sales.promise(order("PO-1", quantity=120), expire_time=MONDAY + timedelta(hours=4))
            sales.promise(order("PO-2", quantity=60), expire_time=MONDAY + timedelta(hours=4))
            before, known = sales.get_order("PO-1").promise, running.desk.events()
            for tried in (
                partial(sales.confirm, "PO-1", reason="urgent"),
                partial(sales.confirm, "PO-1", reason="urgent", validate_only=True),
                partial(sales.release, "PO-1"),
            ):
                with pytest.raises(CallError) as refused:
                    tried()
                assert refused.value.code is grpc.StatusCode.PERMISSION_DENIED
                assert refused.value.message == (
                    "order 'PO-1' is held for a decision (太多; 财务), which is for admin, planner, reviewer, "
                    "and 'erp' is none of them"
                )
                assert (refused.value.reason, refused.value.metadata) == (
                    "PERMISSION_DENIED",
                    {"name": "PO-1", "caller": "erp", "needed": "admin,planner,reviewer"},
                )
            assert (sales.get_order("PO-1").promise, running.desk.events()) == (before, known)
            assert sales.confirm("PO-2").receipt.made
            assert reviewer.confirm("PO-1", reason="paid in advance").receipt.made


def test_a_hold_that_was_handed_over_is_no_longer_the_sellers(serve):
    """Sales asked for it, a reviewer gave it to engineering, who alone decides, whatever is amended meanwhile."""
    with (
        serve(shop(), callers=callers(erp=Role.SALES, fang=Role.REVIEWER)) as running,
        running.client(token="token-of-erp") as sales,
        running.client(token="token-of-fang") as reviewer,
    ):
        sales.promise(order("PO-1"), expire_time=MONDAY + timedelta(hours=4))
        handed = reviewer.hand_over("PO-1", reason="can it be made?").promise
        sales.amend(handed.order, etag=handed.etag)
        assert code_of_call(partial(sales.release, "PO-1")) is grpc.StatusCode.PERMISSION_DENIED
        assert code_of_call(partial(sales.confirm, "PO-1", reason="so")) is grpc.StatusCode.PERMISSION_DENIED
        assert sales.cancel("PO-1", reason="the customer withdrew").receipt.made


def code_of_call(call):
    """How a call ends."""
    try:
        call()
    except CallError as error:
        return error.code
    return grpc.StatusCode.OK


def test_several_roles_add_up(serve):
    """Whoever sells and keeps the plant's files may do both, and what planners do he may not."""
    known = callers(li={Role.SALES, Role.SHOP_FLOOR})
    with serve(shop(), callers=known) as running, running.client(token="token-of-li") as client:
        assert client.promise(order("PO-1")).promise.caller == "li"
        assert client.upsert_supply([StockCount(item_id="cap", quantity=7, as_of_time=timestamp(MONDAY))]).changes
        assert code_of_call(client.check_plan) is grpc.StatusCode.PERMISSION_DENIED


def test_whoever_may_not_amend_orders_reports_no_customers_change(serve):
    """The shop floor reports what breaks there; a planner what the customer wants, too."""
    report = {"kind": plan_service_pb2.DISRUPTION_KIND_CUSTOMER_CHANGE, "withdrawn": True, "source": "mail"}
    known = callers(chen=Role.PLANNER, gate=Role.SHOP_FLOOR)
    with (
        serve(shop(), callers=known) as running,
        running.client(token="token-of-chen") as planner,
        running.client(token="token-of-gate") as floor,
    ):
        planner.promise(order("PO-1"))
        assert code_of_call(partial(floor.report_disruption, "PO-1", **report)) is grpc.StatusCode.PERMISSION_DENIED
        assert floor.report_disruption("M1").receipt.applied
        assert planner.report_disruption("PO-1", **report).receipt.change.made


def test_every_method_has_its_roles():
    """A method that the table forgot would be for admins alone, and one that is gone stands in it for nothing."""
    services = [DESCRIPTOR.services_by_name.values() for DESCRIPTOR in SCHEMA]
    methods = {method.name for found in services for service in found for method in service.methods}
    assert set(ALLOWED) == methods
    assert all(Role.ADMIN in roles for roles in ALLOWED.values())
    assert set(TokenRole) == set(Role)


def test_a_name_that_is_none_is_refused(running):
    """A caller is 1 to 128 characters."""
    with running.client(caller="x" * 129) as client, pytest.raises(CallError) as refused:
        client.clock()
    assert [field.field for field in refused.value.fields] == ["x-caller"]


def test_a_file_of_tokens(tmp_path):
    """One digest, its caller and his roles a line; all wrong lines are told, and none of them is repeated."""
    file = tmp_path / "tokens"
    line = f"sha256:{digest_of('token-of-erp')}"
    file.write_text(f"# sales\n\n{line} erp sales,planner\n")
    known = read_tokens(file)
    assert known == {digest_of("token-of-erp"): Caller("erp", frozenset({Role.SALES, Role.PLANNER}))}
    found = Callers(known).find([("authorization", "bearer token-of-erp")])
    assert found.name == "erp"
    with pytest.raises(Unauthenticated):
        Callers(known).find([("authorization", f"Bearer {digest_of('token-of-erp')}")])
    wrong = ["token-of-erp erp sales", f"{line} twice sales", f"{line[:-1]} x sales", f"{line} erp boss", f"{line} erp"]
    file.write_text("\n".join([f"{line} erp sales", *wrong]))
    with pytest.raises(InvalidInput) as refused:
        read_tokens(file)
    assert [violation.field for violation in refused.value.violations] == [f"tokens:{row}" for row in range(2, 7)]
    assert "token-of-erp" not in str(refused.value)
    assert "'boss' is no role (allowed: sales, planner, reviewer, shop_floor, admin)" in str(refused.value)


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


@pytest.fixture(scope="module")
def authority():
    """Who signs the certificates of these tests."""
    return trustme.CA()


def certificate_of(authority, folder, name="server"):
    """Files with a certificate for this machine, and with its key."""
    made = authority.issue_cert("localhost", "127.0.0.1")
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    key.write_bytes(made.private_key_pem.bytes())
    return certificate, key


def test_calls_over_tls_with_a_token(serve, authority, tmp_path):
    """With certificate and key the edge speaks TLS, and a client without it, or who trusts others, gets nothing."""
    settings = EdgeSettings(waiting_calls=8, credentials=read_credentials(*certificate_of(authority, tmp_path)))
    with serve(shop(), edge_settings=settings, callers=callers(erp=Role.SALES)) as running:
        trusted = authority.cert_pem.bytes()
        with JiaoqiClient(running.address, root_certificates=trusted, token="token-of-erp") as client:
            assert client.promise(order("PO-1")).promise.caller == "erp"
        with JiaoqiClient(running.address, root_certificates=trusted) as client, pytest.raises(CallError) as refused:
            client.clock()
        assert refused.value.code is grpc.StatusCode.UNAUTHENTICATED
        for stranger in ({}, {"root_certificates": trustme.CA().cert_pem.bytes()}):
            with JiaoqiClient(running.address, timeout_s=0.3, **stranger) as client:
                assert code_of_call(client.clock) is grpc.StatusCode.UNAVAILABLE


def test_a_certificate_that_is_none_is_told(authority, tmp_path):
    """Half a pair, the key of another certificate, and no PEM at all: told before anything listens."""
    certificate, key = certificate_of(authority, tmp_path)
    _, other = certificate_of(authority, tmp_path, "other")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    assert read_credentials(None, None) is None
    for pair, said in (
        ((certificate, None), "key: is missing"),
        ((None, key), "certificate: is missing"),
        ((certificate, other), "are no pair"),
        ((nonsense, key), "are no pair"),
    ):
        with pytest.raises(InvalidInput, match=said):
            read_credentials(*pair)
    with pytest.raises(FileNotFoundError):
        read_credentials(tmp_path / "nowhere.pem", key)
