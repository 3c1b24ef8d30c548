"""A planner has other plans looked for on the command line, sees what they change, and applies one."""

import json

MONDAY = "2026-03-02"


def test_a_plan_is_found_shown_applied_and_its_customers_told(jiaoqi):
    """R-2 (priority 2) is wanted by 11:00 behind R-1 (priority 8), which is told two hours more if R-2 goes first."""
    for name, quantity, priority in (("R-0", 60, 5), ("R-1", 480, 8), ("R-2", 240, 2)):
        words = ("promise", "cap", str(quantity), "--by", "2026-03-06", "--order", name, "--customer", f"C{name}")
        assert jiaoqi(*words, "--priority", str(priority)).status == 0
    for name, date in (("R-0", "08:30"), ("R-1", "12:30"), ("R-2", "11:00")):
        date = f"{MONDAY} {date}"
        assert jiaoqi("order", "force", name, "1", date, "--reason", "he insists").status == 0
    assert jiaoqi("plan", "proposals").out.strip() == "None."
    capped = jiaoqi("replan", "--kind", "protect", "--most", "0", "--steps", "20").out
    assert "Price of the cap: objective " in capped
    assert "Nothing better than the plan as it stands" in capped
    words = ("replan", "--kind", "outside", "--kind", "protect", "--steps", "20", "--request-id", "both")
    found = json.loads(jiaoqi(*words, "--json").out)
    assert [(each["kind"], each["saved_count"]) for each in found] == [("PROPOSAL_KIND_PROTECT", 1)]
    name = found[0]["proposal_id"]
    assert "Nothing better was found by: work outside." in jiaoqi(*words).out
    shown = jiaoqi("plan", "proposal", name)
    assert "2026-03-02 14:30" in next(line for line in shown.out.splitlines() if "R-1" in line)
    beside = jiaoqi("--lang", "zh", "plan", "proposals").out
    assert "保高优先级" in beside
    assert "费用(工厂货币)" in beside
    cells = {row[1].strip(): row[2].strip() for line in beside.splitlines() if len(row := line.split("│")) > 3}
    assert (cells["晚交"], cells["优先级 2"], cells["外协小时"]) == ("1 > 1", "3.5 > 0.0", "0.0 > 0.0")
    dry = jiaoqi("plan", "apply", name, "--validate-only")
    assert "nothing was changed" in dry.out
    done = json.loads(jiaoqi("plan", "apply", name, "--reason", "he insists", "--json").out)
    later, saved = done["notices"]
    assert (later["order_id"], later["customer_id"], saved["order_id"]) == ("R-1", "CR-1", "R-2")
    assert "由 2026-03-02 12:30 改为 2026-03-02 14:30" in later["zh"]
    assert "has changed from 2026-03-02 12:30 to 2026-03-02 14:30" in later["en"]
    assert "将按承诺 2026-03-02 11:00 交付" in saved["zh"]
    assert "will arrive as promised, by 2026-03-02 11:00" in saved["en"]
    again = jiaoqi("plan", "discard", name)
    assert again.status == 1
    assert "is applied" in again.err
    assert json.loads(jiaoqi("plan", "proposals", "--json").out) == []
    assert "applied" in jiaoqi("plan", "proposals", "--all").out
    assert jiaoqi("check").status == 0


def test_a_kind_that_there_is_not_is_told(jiaoqi):
    """With those that there are."""
    wrong = jiaoqi("replan", "--kind", "magic")
    assert wrong.status == 2
    assert "resequence, alternatives, overtime, protect, outside, split, order" in wrong.err
    assert jiaoqi("plan", "apply", "P-99").status == 1
