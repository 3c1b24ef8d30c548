"""The server as a process: settings, metrics, logs, restarts, signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from datetime import timedelta

import pytest

import server
from client.calls import JiaoqiClient
from client.catalogue import keys, use_language
from client.process import server_command, start_server, stop
from jiaoqi.v1.promise_service_pb2 import PromiseRequest
from promising.plant_files import write_plant
from promising.settings import Redispatch
from simulators.load import Due, open_loop
from store.database import Store
from store.holding import Held
from tests import stores
from tests.stores import SQLITE
from tests.wire.conftest import MONDAY, PATIENCE_S, shop
from tests.wire.test_plant_service import order


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """No settings from outside."""
    for name in ("JIAOQI_STORE", "JIAOQI_PORT", "JIAOQI_CONFIG", "JIAOQI_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path, monkeypatch):
    """Three sources, one order; what none of them names has its default."""
    file = tmp_path / "server.toml"
    file.write_text('port = 7\nwatch_limit = 3\nqueue_limit = 4\nredispatch = "after_each"\n')
    monkeypatch.setenv("JIAOQI_PORT", "8")
    monkeypatch.setenv("JIAOQI_QUEUE_LIMIT", "5")
    read = server.read_settings(["--config", str(file), "--queue-limit", "6"])
    assert (read.port, read.watch_limit, read.queue_limit, read.batch_limit) == (8, 3, 6, 64)
    assert read.redispatch is Redispatch.AFTER_EACH


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "70000"], "port"),
        (["--log-level", "loud"], "log_level"),
        (["--config", "/nowhere.toml"], "no file /nowhere.toml"),
    ],
)
def test_wrong_settings_are_told_by_name(arguments, said):
    """Before anything is opened."""
    with pytest.raises(SystemExit) as ended:
        server.read_settings(arguments)
    assert said in str(ended.value)


def test_unknown_words_in_the_file_and_flags_are_refused(tmp_path):
    """A misspelt setting is not a default in silence; it was told as `prot: there is no such setting, not 7`."""
    file = tmp_path / "server.toml"
    file.write_text("prot = 7\n")
    with pytest.raises(SystemExit, match="there is no setting prot; did you mean port"):
        server.read_settings(["--config", str(file)])
    with pytest.raises(SystemExit, match="there is no setting --prot; did you mean --port"):
        server.read_settings(["--prot=7", "--batch-l", "5"])
    with pytest.raises(SystemExit, match=r"there is no setting --zzz$"):
        server.read_settings(["--zzz"])


def test_a_file_that_is_no_toml_is_named(tmp_path):
    """Only a line and a column of nobody knows what were told."""
    file = tmp_path / "server.toml"
    file.write_text("port = \n")
    with pytest.raises(SystemExit, match=r"server\.toml is no TOML file: .*line 1"):
        server.read_settings(["--config", str(file)])


def test_variables_that_look_like_settings_are_told():
    """A misspelt one was a default in silence; what the commands read, and others' variables, are no mistake."""
    told = server.unknown_in({"JIAOQI_PROT": "7", "JIAOQI_PORT": "7", "JIAOQI_SERVER": "a:1", "PROT": "7"})
    assert told == ["there is no setting JIAOQI_PROT; did you mean JIAOQI_PORT?"]


def test_a_restart_on_the_same_store_finds_the_orders_again(places):
    """Asked, stopped, started, asked again: one order, one answer."""
    store = places()
    with start_server(store) as address, JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
        client.import_plant(write_plant(shop()))
        client.set_clock(MONDAY)
        first = client.promise(order("PO-1"), request_id="r-1")
        plan = list(client.schedule())
    with start_server(store) as address, JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
        assert client.get_order("PO-1").promise == first.promise
        assert client.promise(order("PO-1"), request_id="r-1").promise == first.promise
        assert list(client.schedule()) == plan
        assert client.clock().as_of.now_time == first.as_of.now_time
        assert client.check_plan() == []


def test_a_killed_server_has_kept_every_answered_promise(places):
    """Kill -9 right after the answer."""
    store = places()
    process = subprocess.Popen(
        server_command(["--store", str(store), "--port", "0", "--metrics-port", "-1"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = process.stdout.readline().decode().split()[-1]
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop()))
            client.set_clock(MONDAY)
            answered = [client.promise(order(f"PO-{number}", quantity=20)).promise for number in range(5)]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with start_server(store) as address, JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
        assert [client.get_order(promise.order.id).promise.etag for promise in answered] == [p.etag for p in answered]
        assert client.check_plan() == []


def told(port):
    """What the server tells Prometheus."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return answer.read().decode()


def test_figures_for_prometheus_and_logs_as_json(tmp_path):
    """Calls by method and code, decisions by outcome and tier, batches, plan, load; each log line one object."""
    log = tmp_path / "log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            server_command(["--store", str(tmp_path / "shop.sqlite"), "--port", "0", "--metrics-port", "0"]),
            stdout=subprocess.PIPE,
            stderr=words,
        )
    try:
        address = process.stdout.readline().decode().split()[-1]
        port = next(
            entry["port"] for entry in map(json.loads, log.read_text().splitlines()) if entry["event"] == "metrics"
        )
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop()))
            client.set_clock(MONDAY)
            client.promise(order("PO-1", by=MONDAY + timedelta(days=1)))
            figures = told(port)
            deadline = time.monotonic() + PATIENCE_S
            while "jiaoqi_last_check_timestamp_seconds 0.0" in figures and time.monotonic() < deadline:
                time.sleep(0.1)
                figures = told(port)
        assert stop(process) == 0
    finally:
        stop(process)
    for line in (
        'jiaoqi_call_seconds_count{code="OK",method="Promise"} 1.0',
        'jiaoqi_decision_seconds_count{kind="promise",outcome="on_time",tier="insertion"} 1.0',
        "jiaoqi_operations_shifted_count 1.0",
        "jiaoqi_queue_depth ",
        "jiaoqi_batch_size_count 1.0",
        "jiaoqi_commit_seconds_count",
        "jiaoqi_plan_operations 1.0",
        "jiaoqi_plan_age_orders",
        'jiaoqi_resource_load_ratio{resource="M1"} 0.0',
        "jiaoqi_last_check_timestamp_seconds 1.",
        "jiaoqi_plan_violations 0.0",
    ):
        assert line in figures, line
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events[1:] == ["metrics", "serving", "stopping", "stopped"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("whole_group", [False, True])
def test_a_signal_stops_what_jiaoqi_serve_started(tmp_path, number, whole_group):
    """Exit status 0, everything let go; a terminal tells the whole group, an init system the process alone."""
    store = tmp_path / "shop.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-m", "client.cli", "serve", "--store", str(store), "--port", "0", "--metrics-port", "-1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert process.stdout.readline().startswith(b"listening on 127.0.0.1:")
        if whole_group:
            os.killpg(process.pid, number)
        process.send_signal(number)
        assert process.wait(30) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
        Held(store).release()
    finally:
        stop(process)


def test_a_signal_stops_a_main_thread_that_it_does_not_interrupt():
    """As one does that comes between the last look for signals and the wait: here another thread takes it."""
    program = """if True:
        import signal, threading, time
        from server import StopSignals
        stopping = StopSignals()
        def signal_itself():
            time.sleep(0.2)
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        threading.Thread(target=signal_itself).start()
        stopping.wait()
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_store_has_one_server(places):
    """The second one is told which process serves it, and the first goes on."""
    store = places()
    place = r"shop\.sqlite" if places.kind == SQLITE else r"schema public of database test\d+"
    with start_server(store) as address, JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
        with pytest.raises(ChildProcessError, match=rf"{place} is in use by another server, process \d+"):
            start_server(store).__enter__()
        client.import_plant(write_plant(shop()))


def test_a_database_is_told_without_its_password(tmp_path):
    """Not in the log of a server that runs, nor by one that can't."""
    places = stores.Places(stores.POSTGRESQL, tmp_path)
    password = stores.server().password
    with (tmp_path / "log").open("w+b") as log:
        with start_server(places(), ["--log-level", "debug"], log=log):
            pass
        log.seek(0)
        told = log.read().decode()
    assert "postgresql://jiaoqi:***@127.0.0.1" in told
    assert password not in told
    with pytest.raises(ChildProcessError, match=r'cannot serve: .*database "nowhere" does not exist') as refused:
        start_server(stores.server().url("nowhere")).__enter__()
    assert password not in str(refused.value)
    assert "Traceback" not in str(refused.value)
    places.remove()


def test_settings_that_are_wrong_are_told_without_passwords(tmp_path):
    """A misspelt line of the file is repeated, but not what it must not show."""
    file = tmp_path / "server.toml"
    file.write_text('stroe = "postgresql://desk:secret@db/plant"\n')
    with pytest.raises(SystemExit, match="stroe") as ended:
        server.read_settings(["--config", str(file)])
    assert "secret" not in str(ended.value)


def test_a_port_that_is_taken_is_told(tmp_path, capfd):
    """The second server says why it doesn't come up: which port, also that of the figures, or no folder."""
    with start_server(tmp_path / "first.sqlite") as address:
        command = server_command(["--store", str(tmp_path / "second.sqlite"), "--port", address.rpartition(":")[2]])
        second = subprocess.run([*command, "--metrics-port", "-1"], capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "port: cannot listen on 127.0.0.1:" in second.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        metrics = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"metrics_port: cannot listen on 127\.0\.0\.1:{metrics}"):
            server.main(["--store", str(tmp_path / "x.sqlite"), "--port", "0", "--metrics-port", str(metrics)])
    with pytest.raises(SystemExit, match=r"there is no folder .*nowhere to make x\.sqlite in"):
        server.main(["--store", str(tmp_path / "nowhere" / "x.sqlite"), "--port", "0", "--metrics-port", "-1"])
    assert "Traceback" not in capfd.readouterr().err


def test_a_server_with_rules_refuses_by_them_and_with_wrong_rules_serves_nobody(tmp_path):
    """Promotions in their folder go with them; a mistake is told with its place, and no store is made."""
    folder = tmp_path / "rules"
    folder.mkdir()
    rules = folder / "plant.rules"
    rules.write_text('rule "many": when order.quantity > 100 then refuse because "{order.quantity} pieces"')
    (folder / "promotions.csv").write_text("id,gives,amount\nTEN,minus,10\n")
    arguments = ["--rules", str(folder)]
    with (
        start_server(tmp_path / "x.sqlite", arguments) as address,
        JiaoqiClient(address, timeout_s=PATIENCE_S) as client,
    ):
        client.import_plant(write_plant(shop()))
        client.set_clock(MONDAY)
        many = client.promise(order("PO-1", quantity=101), request_id="r-1").promise
        few = client.promise(order("PO-2", quantity=100), request_id="r-2").promise
        in_force = client.rule_version(0).files
    assert many.lines[0].refusal == "101 pieces"
    assert few.lines[0].refusal == ""
    assert sorted(one.name for one in in_force) == ["plant.rules", "promotions.csv"]
    rules.write_text('rule "many": when order.quantiy > 100 then pass')
    with pytest.raises(ChildProcessError, match=r"plant\.rules:1:25"), start_server(tmp_path / "y.sqlite", arguments):
        pytest.fail("it came up")
    assert not (tmp_path / "y.sqlite").exists()


def test_a_server_that_does_not_come_up_tells_its_last_words(tmp_path):
    """Whoever started it learns why."""
    with (
        pytest.raises(ChildProcessError, match="wrong settings"),
        start_server(tmp_path / "x.sqlite", ["--port", "-7"]),
    ):
        pytest.fail("it came up")


def test_a_burst_is_answered_or_refused_and_never_cancelled(tmp_path):
    """2,500 orders at once on a line of 64: the library cut off what waited to be looked at, as CANCELLED."""
    with start_server(tmp_path / "shop.sqlite", ["--queue-limit", "64"]) as address:
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop()))
            client.set_clock(MONDAY)
            client.quote(order("warm"))
        asked = [PromiseRequest(request_id=f"r-{n}", order=order(f"PO-{n}", quantity=1)) for n in range(2500)]
        dues = [Due(0.0, "/jiaoqi.v1.PromiseService/Promise", request.SerializeToString()) for request in asked]
        codes = Counter(call.code for call in open_loop(address, dues, 4096).calls)
    assert set(codes) == {"OK", "RESOURCE_EXHAUSTED"}


@pytest.fixture
def spoken():
    """Whatever language a test asks for, the others are told English."""
    yield
    use_language("en")


def test_a_database_lost_between_opening_and_claiming_is_told(places, monkeypatch, capfd):
    """A sentence with the place and the reason; it was a traceback."""
    store = places()
    claim = Store.claim

    def lose(opened):
        remove()
        claim(opened)

    def remove():
        if isinstance(store, str):
            places.remove()
            return
        for file in store.parent.glob(f"{store.name}*"):
            file.write_bytes(b"no database at all" * 500)

    monkeypatch.setattr(Store, "claim", lose)
    with pytest.raises(SystemExit, match=r"^cannot serve: the store .* can't be reached: ") as ended:
        server.main(["--store", str(store), "--port", "0", "--metrics-port", "-1"])
    assert str(store).rpartition("/")[2] in str(ended.value)
    assert "Traceback" not in capfd.readouterr().err


def test_every_setting_has_a_text_and_every_text_a_setting():
    """A new one can't be shown without."""
    texts = {key.removeprefix("setting.") for key in keys() if key.startswith("setting.")}
    assert texts == set(server.ServerSettings.model_fields)


@pytest.mark.parametrize("asked", [("--lang", "zh"), ("--lang=zh",)])
def test_the_server_speaks_chinese_by_flag(asked, capsys, spoken):
    """Its help, a wrong value, and why it does not start."""
    with pytest.raises(SystemExit):
        server.read_settings([*asked, "--help"])
    told = capsys.readouterr().out
    assert "监听地址" in told
    assert "选项:" in told
    assert "address to listen on" not in told
    with pytest.raises(SystemExit, match="设置有误:\n  port:应不大于 65535,而不是 '70000'"):
        server.read_settings([*asked, "--port", "70000"])
    with pytest.raises(SystemExit, match=r"设置有误:没有文件 /nowhere\.toml"):
        server.read_settings([*asked, "--config", "/nowhere.toml"])
    with pytest.raises(SystemExit, match=r"设置有误:没有令牌,任何能连到 0\.0\.0\.0 的人"):
        server.main([*asked, "--host", "0.0.0.0"])


def test_the_server_speaks_chinese_by_environment_and_file(tmp_path, monkeypatch, spoken):
    """JIAOQI_LANG, then the file; a flag wins over both; one who has the store is named."""
    file = tmp_path / "server.toml"
    file.write_text('lang = "zh"\n')
    held = Held(tmp_path / "shop.sqlite")
    in_use = rf"无法启动:.*shop.sqlite 正被另一个服务器使用,进程 {os.getpid()}:请先停止它"
    try:
        for arguments in (["--config", str(file)], ["--lang", "zh"]):
            with pytest.raises(SystemExit, match=in_use):
                server.main([*arguments, "--store", str(tmp_path / "shop.sqlite")])
        monkeypatch.setenv("JIAOQI_LANG", "zh_CN")
        with pytest.raises(SystemExit, match="设置有误"):
            server.read_settings(["--port", "x"])
        with pytest.raises(SystemExit, match="wrong settings: \n  port: should be a whole number, not 'x'"):
            server.read_settings(["--lang", "en", "--port", "x"])
    finally:
        held.release()


def test_serve_passes_the_language_on(tmp_path):
    """`jiaoqi --lang zh serve` says in Chinese what is wrong."""
    environment = {**os.environ, "LANG": "C"}
    words = [sys.executable, "-m", "client.cli", "--lang", "zh", "serve", "--port", "-7"]
    told = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert (told.returncode, "设置有误" in told.stderr) == (1, True)
