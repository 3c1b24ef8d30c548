"""The demo: run as a user runs it, and read as a program reads it."""

import json
import string
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Console

from client.calls import JiaoqiClient
from client.process import start_server
from jiaoqi.v1 import plan_pb2
from jiaoqi.v1 import promise_pb2 as pb
from plants.optimoldiq.convert import FOLDER
from promising.plant_files import read_plant
from simulators.demo import main
from simulators.demo_screen import STORE, Screen, why
from simulators.demo_words import LANGUAGES, Words, keys
from simulators.replays import Variant, planned_late, read_orders, replay, to_arrivals
from store.holding import Held

PATIENCE_S = 900
DAY = 86400


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "deeper" / "demo.sqlite"


@pytest.fixture(scope="module")
def told(store):
    """What the demo prints for programs, without the runs under other conditions."""
    store.parent.mkdir()
    store.write_bytes(b"left by the demo before")
    command = [sys.executable, "-m", "simulators.demo", "--store", str(store), "--json", "--no-ranges"]
    run = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


def test_it_counts_what_was_promised_late_beside_what_happened(told):
    """Seven of the 177 at most, where fixed slots have nine; five could not be in time alone in the plant."""
    assert told["orders"] == {"completed": 177, "all": 190}
    late = told["late"]
    assert late["jiaoqi"]["completed"] <= 7
    assert late["fixed_slots"]["completed"] == 9
    assert late["real"]["completed"] == 27
    assert late["alone"]["orders"] == ["IM1811001", "IM1811016", "IM1811039", "IM1811044", "IM1811064"]
    assert set(late["alone"]["orders"]) <= set(late["jiaoqi"]["orders"])
    assert [row["order"] for row in told["rows"] if not row["on_time"]] == late["jiaoqi"]["orders"]


def test_the_plan_is_sound_and_keeps_every_promise(told):
    """The checker finds nothing, one operation stands for each order, and none ends later than it was told."""
    assert (told["violations"], told["later_than_promised"], told["operations"]) == ([], [], 190)


def test_the_rules_hold_one_order_refuse_one_and_settle_what_promotions_compete_for(told):
    """Each explained in both languages; the discount given is the one due, so nothing is held back."""
    held, refused, promoted = told["rules"]
    assert [each["state"] for each in told["rules"]] == ["held", "refused", "confirmed"]
    assert held["said"]["zh"] == ["授信占用 108000元 达到额度 10万元", "财务"]
    assert held["said"]["en"] == ["exposure 108000 yuan has reached the limit 100000 yuan", "finance"]
    assert refused["said"]["zh"] == ["授信占用 83000元 超过额度 5万元 的 120%"]
    assert refused["said"]["en"] == ["exposure 83000 yuan is over 120% of the limit 50000 yuan"]
    assert promoted["said"]["en"] == [
        "promotion SEASON-PERCENT: 1,000.00 off",
        "promotion SEASON-MINUS lost: SEASON-PERCENT of the same group season won",
        "promotion SINGLE lost: it can't be taken together with SEASON-PERCENT",
    ]
    assert promoted["said"]["zh"] == [
        "促销 SEASON-PERCENT:减 1,000.00",
        "未享促销 SEASON-MINUS:与 SEASON-PERCENT 同组互斥(season)",
        "未享促销 SINGLE:与 SEASON-PERCENT 不可叠加",
    ]
    assert not promoted["payment_held"]


def test_machines_do_the_hours_that_the_orders_need(told):
    """Between the 14,585 hours on the fastest moulds and the 14,672 on the first ones."""
    run_h = sum(row["run_h"] for row in told["load"])
    assert 14_585 <= round(run_h) <= 14_672
    assert [row["resource"] for row in told["load"]] == [*(f"NO.{n:02}" for n in range(1, 12)), "setters"]
    assert all(row["run_h"] + row["changeover_h"] <= row["working_h"] for row in told["load"])


def test_the_server_promises_what_the_planner_alone_would(told):
    """Wire, desk and store change nothing about the dates."""
    orders = read_orders()
    plant = read_plant({path.name: path.read_bytes() for path in (FOLDER / "plant").iterdir()})
    assert planned_late(plant, to_arrivals(orders)) == told["late"]["jiaoqi"]["orders"]


def test_the_file_goes_on_with_a_running_clock(told, store):
    """Served again, it has all orders, and its time runs on from the last one received."""
    with start_server(store) as address, JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
        as_of = client.clock().as_of
        assert as_of.clock_mode == plan_pb2.CLOCK_MODE_OFFSET
        assert as_of.now_time.ToDatetime(UTC) >= max(order.received for order in read_orders())
        assert len(list(client.list_orders())) == len(told["rows"])
        assert client.check_plan() == []


def test_no_machine_and_no_mould_does_two_things_at_once(told, store):
    """From the first run to the last, with those that are history."""
    with start_server(store) as address, JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
        operations = list(client.schedule(page_size=10_000))
    for owner in ("resource_id", "mould_id"):
        visits = sorted(
            (getattr(x, owner), x.visit_start_time.seconds, x.end_time.seconds, x.order_id) for x in operations
        )
        for before, after in pairwise(visits):
            assert before[0] != after[0] or before[2] <= after[1], (before, after)


def test_a_slower_plant_is_late_more_often():
    """With cycles of 1.1, in another order within the days: by the plan, and more so by fixed slots."""
    outcome = replay(Variant("both", cycle_factor=1.1, seed=1))
    assert set(outcome.planned) >= {"IM1811001", "IM1811016", "IM1811039", "IM1811044", "IM1811064"}
    assert 7 < len(outcome.planned) < len(outcome.fixed_slots)


def test_a_file_that_cannot_be_replaced_ends_the_demo(tmp_path, capsys):
    """Status 1, and why."""
    (tmp_path / "demo.sqlite").mkdir()
    assert main(["--store", str(tmp_path / "demo.sqlite"), "--lang", "en"]) == 1
    assert "the demo can't run" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("en", "another server is using (process"), ("zh", "正在使用它")])
def test_a_file_that_is_served_is_not_replaced(tmp_path, capsys, language, said):
    """Status 1, and who uses it; before, the demo deleted the file under the server."""
    store = tmp_path / "demo.sqlite"
    store.write_bytes(b"somebody's orders")
    held = Held(store)
    assert main(["--store", str(store), "--lang", language]) == 1
    assert said in capsys.readouterr().err
    held.release()
    assert store.read_bytes() == b"somebody's orders"


# What the screen says.


def answered(outcome: int, late_days: float, *reasons: tuple[int, float, str, list[str]]) -> pb.LinePromise:
    asked = int(datetime(2018, 12, 1, tzinfo=UTC).timestamp())
    return pb.LinePromise(
        outcome=outcome,
        requested_time=Timestamp(seconds=asked),
        promised_time=Timestamp(seconds=asked + int(late_days * DAY)),
        reasons=[
            pb.Reason(kind=kind, share_duration=Duration(seconds=int(days * DAY)), subject=subject, order_ids=orders)
            for kind, days, subject, orders in reasons
        ],
    )


ON_TIME = answered(pb.OUTCOME_ON_TIME, 0, (pb.REASON_KIND_NOT_NEEDED_EARLIER, 2.9, "", []))
WAITED = answered(
    pb.OUTCOME_ON_TIME,
    0,
    (pb.REASON_KIND_MACHINE, 0.6, "NO.02", ["IM-1"]),
    (pb.REASON_KIND_MOULD, 2.1, "CAP", ["IM-2", "IM-3"]),
    (pb.REASON_KIND_NOT_NEEDED_EARLIER, 4, "", []),
)
BRIEFLY = answered(
    pb.OUTCOME_ON_TIME,
    0,
    (pb.REASON_KIND_CREW, 0.1, "setters", []),
    (pb.REASON_KIND_NOT_NEEDED_EARLIER, 4, "", []),
)
TOO_MUCH = answered(
    pb.OUTCOME_LATER, 3.3, (pb.REASON_KIND_CALENDAR, 12.9, "", []), (pb.REASON_KIND_PROCESS, 7.3, "", [])
)
IN_LINE = answered(
    pb.OUTCOME_LATER, 1, (pb.REASON_KIND_GAP_TOO_SHORT, 5, "NO.02", []), (pb.REASON_KIND_PROCESS, 7.3, "", [])
)


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        (ON_TIME, "2.9 d to spare", "余量 2.9 天"),
        (
            WAITED,
            "4.0 d to spare, after 2.1 d waiting for mould CAP (behind IM-2)",
            "等模具 CAP(IM-2 在前) 2.1 天,余量 4.0 天",
        ),
        (BRIEFLY, "4.0 d to spare", "余量 4.0 天"),
        (TOO_MUCH, "3.3 d late: 7.3 d of work, 12.9 d closed", "迟 3.3 天:生产 7.3 天,停工 12.9 天"),
        (
            IN_LINE,
            "1.0 d late: waits 5.0 d for a long enough gap, 7.3 d of work",
            "迟 1.0 天:等够长的空档 5.0 天,生产 7.3 天",
        ),
    ],
)  # fmt: skip
def test_why_a_date_is_as_it_is(line, english, chinese):
    """The slack, or what made it late; a short wait isn't mentioned."""
    assert why(line, Words("en")) == english
    assert why(line, Words("zh")) == chinese


def test_both_languages_put_the_same_values_in():
    """No text may lose a figure on the way to the other language."""
    for key in keys():
        found = []
        for language in LANGUAGES:
            text = Words(language).template(key)
            found.append({name for _, name, _, _ in string.Formatter().parse(text) if name})
        assert found[0] == found[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_summary_says_everything_in_either_language(told, tmp_path, language):
    """Counts, ranges, load, moulds and the checker's verdict stand on a screen of 80 columns."""
    console = Console(width=80, record=True, quiet=False, file=(tmp_path / "out").open("w"), markup=False)
    variants = [
        {"name": "order", "cycle_factor": 1.0, "jiaoqi": {"completed": 6}, "fixed_slots": {"completed": 8}},
        {"name": "order", "cycle_factor": 1.0, "jiaoqi": {"completed": 6}, "fixed_slots": {"completed": 11}},
        {"name": "cycle", "cycle_factor": 1.1, "jiaoqi": {"completed": 9}, "fixed_slots": {"completed": 12}},
        {"name": "recorded", "cycle_factor": 1.0, "jiaoqi": {"completed": 18}, "fixed_slots": {"completed": 19}},
    ]
    Screen(console, Words(language)).end({**told, "variants": variants}, STORE, 42.0)
    console.file.close()
    said = " ".join(console.export_text().split())
    for expected in ("177", "27", "8-11", "1.1", "18", "NO.11", told["moulds"][0]["mould"], "make serve", "42"):
        assert expected in said
    elsewhere = Console(width=80, record=True, file=(tmp_path / "elsewhere").open("w"), markup=False)
    Screen(elsewhere, Words(language)).end({**told, "variants": []}, Path("x.sqlite"), 42.0)
    elsewhere.file.close()
    # `make serve` would go on with another plan, or with none.
    assert "jiaoqi serve --store x.sqlite" in " ".join(elsewhere.export_text().split())
