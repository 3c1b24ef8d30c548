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
    assert "1 lines at risk, 0 are allowed: R-1 line 1: 2026-03-02 12:00 instead of 2026-03-02 10:00" in refused.err
    moved = next(line for line in jiaoqi(*words, "--may-break", "1", "--lang", "zh").out.splitlines() if "R-1" in line)
    assert "人工调整:R-2/1/mould" in moved
    assert "可移动" in jiaoqi("plan", "unpin", str(pin["key"]), "--lang", "zh").out
    assert json.loads(jiaoqi("plan", "pins", "--json").out) == []
    wrong = jiaoqi("plan", "pin", "R-1/x")
    assert wrong.status == 2
    assert "no operation" in wrong.err


def test_what_would_happen_if(jiaoqi):
    """In both languages; nothing is changed by it."""
    words = ("promise", "lid", "240", "--by", "2026-03-02 08:00", "--order", "W-1", "--customer", "C-1")
    assert jiaoqi(*words).status == 0
    told = jiaoqi("whatif", "mould LID out for 2 days")
    assert "mould in repair, LID, from 2026-03-02 08:00 to 2026-03-04 08:00." in told.out
    assert "It would cost in all: no rate for it" in told.out
    assert any("W-1" in line and "2026-03-04" in line for line in told.out.splitlines())
    assert "合计费用:无费率" in jiaoqi("whatif", "模具LID停2天", "--lang", "zh").out
    assert json.loads(jiaoqi("plan", "disruptions", "--json").out) == []
    assert "W-1: rules, credit, promotions and quotas let it pass." in jiaoqi("whatif", "W-1 wants 200").out
    assert jiaoqi("whatif", "mould M-07 out for 3 days").err.count("names nothing of the plant") == 1
    assert "W-1:规则、信用、促销与配额均允许。" in jiaoqi("whatif", "W-1 wants 200", "--lang", "zh").out
    assert "let it pass" not in jiaoqi("whatif", "W-1 withdrawn").out
    wrong = jiaoqi("whatif", "the moon is down")
    assert (wrong.status, "names nothing" in wrong.err) == (1, True)


def test_alerts_are_listed(jiaoqi):
    """In both languages, with why."""
    for name in ("A-1", "A-2"):
        words = ("promise", "cap", "240", "--by", "2026-03-02 08:00", "--order", name, "--customer", "C-9")
        assert jiaoqi(*words).status == 0
    told = jiaoqi("plan", "alerts", "--customer", "C-9")
    assert any("A-2" in line and "below 24 h" in line for line in told.out.splitlines())
    found = json.loads(jiaoqi("plan", "alerts", "--subject", "A-1", "--json").out)
    assert [alert["order_id"] for alert in found] == ["A-2"]
    assert "不足24小时" in jiaoqi("plan", "alerts", "--lang", "zh").out


def test_the_forecast_tells_what_is_short_and_draws_it(jiaoqi, tmp_path):
    """As a heat map of letters, and as a picture."""
    plan = tmp_path / "orders.csv"
    plan.write_text("item,quantity,due\ncap,12000,2026-03-05\n", "utf-8")
    told = jiaoqi("forecast", "--weeks", "1", "--orders", str(plan))
    (row,) = [line for line in told.out.splitlines() if line.startswith("M1 ")]
    assert "!" in row
    assert "M1: " in told.out
    assert "h short from 2026-03-05 on" in told.out
    assert "2026-03-02 to 2026-03-09" in told.out
    assert "cap 100.0 h (no rate for it)" in told.out
    assert "全部加班费用:无费率" in jiaoqi("forecast", "--orders", str(plan), "--lang", "zh").out
    picture = tmp_path / "heat.png"
    assert jiaoqi("forecast", "--weeks", "3", "--orders", str(plan), "--picture", str(picture)).status == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    for nowhere in ("heat.xyz", "nowhere/heat.png"):
        unwritten = jiaoqi("forecast", "--picture", str(tmp_path / nowhere))
        assert (unwritten.status, "can't write" in unwritten.err) == (2, True)
    # Before, only the first wrong row was told, and not which of its cells.
    plan.write_text("物料,数量,交期\ncap,many,2026/3/5\ncap,7,2026-13-05\n", "utf-8")
    wrong = jiaoqi("forecast", "--orders", str(plan))
    assert wrong.status == 3
    assert [word in wrong.out for word in ("quantity", "many", "due", "2026-13-05")] == [True] * 4


def test_a_rush_order_passes_others(jiaoqi):
    """Told before, in both languages."""
    for name in ("Q-1", "Q-2"):
        words = ("promise", "box", "60", "--by", "2026-03-02 08:00", "--order", name, "--customer", "C-7")
        assert jiaoqi(*words).status == 0
    trial = jiaoqi("plan", "rush", "Q-2", "--validate-only")
    assert "nothing was changed" in trial.out
    assert "Q-2/1: promised " in trial.out
    made = jiaoqi("plan", "rush", "Q-2", "--may-break", "9", "--lang", "zh")
    assert (made.status, "承诺" in made.out) == (0, True)
    assert jiaoqi("plan", "rush", "Q-2").status == 1


def test_orders_are_promised_anew(jiaoqi):
    """Told first, then done, with the words for the customers in both languages."""
    for name in ("Z-1", "Z-2"):
        words = ("promise", "box", "60", "--by", "2026-03-03 08:00", "--order", name, "--customer", "C-8")
        assert jiaoqi(*words).status == 0
    trial = jiaoqi("plan", "repromise", "--improve", "order=Z-1,Z-2", "--give-way", "all")
    assert (trial.status, "nothing was changed" in trial.out) == (0, True)
    done = jiaoqi("plan", "repromise", "--give-way", "customer=C-8 priority=1-9", "--apply", "--lang", "zh")
    assert (done.status, "可让路" in done.out) == (0, True)
    told = json.loads(jiaoqi("plan", "repromise", "--improve", "all", "--json").out)
    assert {"lines", "told", "notices"} & set(told)
    wrong = jiaoqi("plan", "repromise", "--improve", "colour=red")
    assert (wrong.status, "selects no orders" in wrong.err) == (2, True)


def test_buffers_are_learned_from_a_file_and_dates_say_how_sure_they_are(jiaoqi, folder, tmp_path):
    """In both languages; wrong rows are named, and nothing is learned from closed orders where there are none."""
    settings = folder / "plant.toml"
    settings.write_text(settings.read_text("utf-8") + 'buffer_policy = "quantile"\n', "utf-8")
    assert jiaoqi("plant", "import", str(folder)).status == 0
    assert "nothing was learned yet" in jiaoqi("calibrate", "--list").out
    nothing = jiaoqi("calibrate")
    assert (nothing.status, "no order teaches anything: none was closed" in nothing.err) == (1, True)
    history = tmp_path / "history.csv"
    rows = [f"caps,cap,2026-02-02 08:00,2026-02-02 18:00,2026-02-02 19:{n:02},0" for n in range(40)]
    history.write_text("\n".join(["family,routing,decided,planned,completed,waiting", *rows]), "utf-8")
    trial = jiaoqi("calibrate", "--file", str(history), "--validate-only")
    assert "would learn from 40 lines; nothing was changed" in trial.out
    made = jiaoqi("calibrate", "--file", str(history), "--reason", "February")
    assert "learned version 1 from 40 lines" in made.out
    row = next(line for line in made.out.splitlines() if "same family, routing and load" in line)
    assert [cell for cell in row.replace("│", " ").split() if cell[0].isdigit()] == ["40", "13.3", "15.3", "16.3"]
    assert "版本 1" in jiaoqi("calibrate", "--list", "--lang", "zh").out
    words = ("promise", "cap-white", "1200", "--by", "2026-03-02 08:00", "--customer", "C-8")
    told = jiaoqi(*words, "--order", "K-1")
    assert "by 40 lines of the same family" in told.out
    assert "P80" in told.out
    assert "把握 P80" in jiaoqi("order", "show", "K-1", "--lang", "zh").out
    sure = json.loads(jiaoqi("order", "show", "K-1", "--json").out)["promise"]["lines"][0]["confidence"]
    assert (sure["level_percent"], int(sure["line_count"]), int(sure["calibration_version"])) == (80, 40, 1)
    assert "no calibration '7'" in jiaoqi("calibrate", "--version", "7").err
    history.write_text("decided,planned,completed\n2026-02-02 08:00,soon,2026-02-02 19:00\n", "utf-8")
    wrong = jiaoqi("calibrate", "--file", str(history))
    assert (wrong.status, "planned" in wrong.out) == (3, True)
    backwards = "decided,planned,completed\n2026-02-02 08:00,2026-02-02 07:00,2026-02-02 19:00\n"
    history.write_text(backwards, "utf-8")
    assert "lines[0].planned_time" in jiaoqi("calibrate", "--file", str(history)).err
