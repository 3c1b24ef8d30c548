"""A planner comes back to the plan before a break on the command line, in both languages."""

import json
from collections.abc import Iterator

import pytest

from client.calls import JiaoqiClient
from client.process import start_server
from promising.plant_files import write_plant
from tests.stores import Places
from tests.wire.conftest import MONDAY as EIGHT
from tests.wire.conftest import PATIENCE_S, shop

MONDAY = "2026-03-02"


@pytest.fixture(scope="module")
def address(tmp_path_factory, store_kind) -> Iterator[str]:
    """The shop on Monday at 08:00; nothing is dispatched anew, so that work stays in the order in which it came."""
    places = Places(store_kind, tmp_path_factory.mktemp("served"))
    with start_server(places(), ["--redispatch", "off"]) as address:
        with JiaoqiClient(address, timeout_s=PATIENCE_S) as client:
            client.import_plant(write_plant(shop()))
            client.set_clock(EIGHT)
        yield address
    places.remove()


def test_the_plan_before_a_break_comes_back(jiaoqi):
    """N-1 was to be made first; the mould seemed to be out until noon, and N-2 went ahead of it for its date."""
    none = jiaoqi("replan", "--kind", "near")
    assert none.status == 1
    assert "no plan before a disruption is kept" in none.err
    assert "没有保存可以回到的异常前计划" in jiaoqi("--lang", "zh", "replan", "--kind", "near").err
    for name, quantity, by in (("N-1", 480, "12:00"), ("N-2", 240, "16:00")):
        words = ("promise", "cap", str(quantity), "--by", f"{MONDAY} {by}", "--order", name, "--customer", "C-1")
        assert jiaoqi(*words).status == 0
    assert jiaoqi("order", "force", "N-1", "1", "2026-03-06", "--reason", "he may wait").status == 0
    assert jiaoqi("plan", "down", "CAP", "--until", f"{MONDAY} 12:00", "--id", "CRACK").status == 0
    assert jiaoqi("plan", "amend", "CRACK", "--until", f"{MONDAY} 08:30").status == 0
    (found,) = json.loads(jiaoqi("replan", "--kind", "near", "--steps", "20", "--json").out)
    stood = found["from_before"]
    assert (found["kind"], stood["disruption_id"]) == ("PROPOSAL_KIND_NEAR", "CRACK")
    assert (stood["moved_today_count"], stood.get("moved_count", 0)) == (1, 0)
    shown = jiaoqi("plan", "proposal", found["proposal_id"]).out
    assert "near the plan before" in shown
    assert "compared with the plan before CRACK, as it stood at 2026-03-02 08:00" in shown
    beside = jiaoqi("--lang", "zh", "plan", "proposals").out
    cells = {row[1].strip(): row[2].strip() for line in beside.splitlines() if len(row := line.split("│")) > 3}
    assert (cells["类型"], cells["较异常前移动工序"], cells["较异常前改日"]) == ("贴近原计划", "1 > 0", "0 > 0")
    assert jiaoqi("plan", "apply", found["proposal_id"]).status == 0
    assert jiaoqi("check").status == 0
