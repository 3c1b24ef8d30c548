"""A planner's hand on the command line, in both languages."""

import json


def test_work_is_pinned_moved_and_let_go(jiaoqi):
    """What it would cost, that it needs consent, where it stands then."""
    for name in ("R-1", "R-2"):
        words = ("promise", "cap", "240", "--by", "2026-03-02 08:00", "--order", name, "--customer", "C-1")
        assert jiaoqi(*words).status == 0
    told = jiaoqi("plan", "pin", "R-2", "--reason", "visit")
    assert "R-2/1/mould: M1, from 2026-03-02 10:00 to 2026-03-02 12:00, pinned." in told.out
    (pin,) = json.loads(jiaoqi("plan", "pins", "--json").out)
    assert (pin["order_id"], pin["reason"]) == ("R-2", "visit")
    row = next(line for line in jiaoqi("plan", "pins", "--lang", "zh").out.splitlines() if "R-2" in line)
    assert "2026-03-02 10:00" in row
    words = ("plan", "move", "R-2/1/mould", "--at", "2026-03-02 08:00")
    trial = jiaoqi(*words, "--validate-only")
    assert "nothing was changed" in trial.out
    assert "1 lines at risk" in trial.out
    refused = jiaoqi(*words)
    assert refused.status == 1
    assert "1 lines at risk, 0 are allowed" in refused.err
    assert "R-1" in jiaoqi(*words, "--may-break", "1").out
    assert "可移动" in jiaoqi("plan", "unpin", str(pin["key"]), "--lang", "zh").out
    assert json.loads(jiaoqi("plan", "pins", "--json").out) == []
    wrong = jiaoqi("plan", "pin", "R-1/x")
    assert wrong.status == 2
    assert "no operation" in wrong.err
