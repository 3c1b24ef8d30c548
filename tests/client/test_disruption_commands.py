"""The shop floor reports what breaks on the command line, in both languages."""

import json


def test_a_mould_is_down_and_up_again(jiaoqi):
    """What it would cost, what it costs, what is listed, and that it is over."""
    assert jiaoqi("promise", "cap", "240", "--by", "2026-03-02", "--order", "R-1", "--customer", "C-1").status == 0
    words = ("plan", "down", "CAP", "--until", "2026-03-03 12:00", "--reason", "cracked")
    trial = jiaoqi(*words, "--validate-only")
    assert trial.status == 0
    assert "nothing was changed" in trial.out
    assert "1 lines at risk" in trial.out
    made = jiaoqi(*words)
    assert "D-1: mould in repair, CAP, from 2026-03-02 08:00 to 2026-03-03 12:00." in made.out
    row = next(line for line in made.out.splitlines() if "R-1" in line)
    assert "2026-03-02 10:00" in row
    assert "2026-03-03 14:00" in row
    assert "mould @ CAP" in row
    listed = json.loads(jiaoqi("plan", "at-risk", "--disruption", "D-1", "--json").out)
    assert [(line["order_id"], line["cause"]["disruption_id"]) for line in listed] == [("R-1", "D-1")]
    assert "有风险" in jiaoqi("--lang", "zh", "plan", "at-risk").out
    assert "模具维修" in jiaoqi("plan", "disruptions", "--lang", "zh").out
    later = jiaoqi("plan", "amend", "D-1", "--expected", "2026-03-03 15:00")
    assert "nobody knows when (planned to 2026-03-03 15:00)" in later.out
    over = jiaoqi("plan", "up", "D-1", "--lang", "zh")
    assert "未发生" in over.out
    assert "解除风险:R-1/1" in over.out
    assert json.loads(jiaoqi("plan", "disruptions", "--json").out) == []
    assert "cracked" in jiaoqi("plan", "disruptions", "--all").out


def test_shifts_are_cancelled_and_added(jiaoqi):
    """Tonight the shop works on; a wrong name is told."""
    told = jiaoqi("plan", "overtime", "long", "--from", "2026-03-02 20:00", "--until", "2026-03-02 22:00", "--id", "OT")
    assert "OT: overtime, long, from 2026-03-02 20:00 to 2026-03-02 22:00." in told.out
    words = ("--from", "2026-03-04 08:00", "--until", "2026-03-04 12:00", "--source", "power company")
    assert "shift cancelled" in jiaoqi("plan", "cancel-shift", "long", *words).out
    wrong = jiaoqi("plan", "down", "M9")
    assert wrong.status == 1
    assert "subject_id" in wrong.err


def test_a_receipt_is_late_and_there_at_last(jiaoqi):
    """Boxes of Monday morning, promised for noon, come on Tuesday; in the end they were never late."""
    words = ("R-8", "--item", "box", "--quantity", "30", "--at", "2026-03-09")
    assert jiaoqi("plant", "receipts", *words).status == 0
    made = jiaoqi("plan", "late", "R-8", "--until", "2026-03-10 09:00", "--reason", "lorry", "--id", "LATE")
    assert "LATE: material late, R-8, from 2026-03-02 08:00 to 2026-03-10 09:00." in made.out
    assert "来料延迟" in jiaoqi("plan", "disruptions", "--lang", "zh").out
    assert "expected_end_time" in jiaoqi("plan", "late", "R-8", "--expected", "2026-03-08 09:00").err
    assert "never came" in jiaoqi("plan", "up", "LATE").out


def test_a_cavity_is_out_of_service(jiaoqi):
    """One of two; a mould that has no third can't lack it."""
    told = jiaoqi("plan", "cavities", "CAP", "--out", "1", "--id", "CORE", "--expected", "2026-03-04 08:00").out
    assert "CORE: cavities out, CAP x 1, from 2026-03-02 08:00" in told
    assert "模穴停用" in jiaoqi("plan", "disruptions", "--lang", "zh").out
    assert "1 to 1" in jiaoqi("plan", "amend", "CORE", "--quantity", "2").err
    assert jiaoqi("plan", "up", "CORE").status == 0


def test_boxes_are_short_and_then_rejected(jiaoqi):
    """Five of thirty don't come, then twenty fail their inspection, and others are to come on Wednesday."""
    words = ("R-8", "--item", "box", "--quantity", "30", "--at", "2026-03-09")
    assert jiaoqi("plant", "receipts", *words).status == 0
    made = jiaoqi("plan", "short", "R-8", "--quantity", "5", "--source", "dock", "--id", "LESS")
    assert "LESS: material short, R-8 x 5, from 2026-03-02 08:00 to nobody knows when (not counted with)." in made.out
    amended = jiaoqi("plan", "amend", "LESS", "--quantity", "7")
    assert "R-8 x 7" in amended.out
    told = jiaoqi("plan", "reject", "R-8", "--quantity", "20", "--until", "2026-03-11 09:00", "--id", "BAD")
    assert "BAD: material rejected, R-8 x 20, from 2026-03-02 08:00 to 2026-03-11 09:00." in told.out
    listed = jiaoqi("plan", "disruptions", "--lang", "zh").out
    assert "检验不合格" in listed
    assert "R-8 × 7" in listed
    assert "1 to 3" in jiaoqi("plan", "short", "R-8", "--quantity", "4").err
    assert jiaoqi("plan", "up", "LESS").status == jiaoqi("plan", "up", "BAD").status == 0


def test_pieces_of_an_order_are_scrap(jiaoqi):
    """Ten caps of a run that has begun, listed with line and operation, and found to be good after all."""
    made = jiaoqi("promise", "cap", "240", "--by", "2026-03-03", "--order", "S-1", "--customer", "C-1", "--json")
    begins = min(row["start_time"] for row in json.loads(jiaoqi("schedule", "--order", "S-1", "--json").out))
    assert made.status == 0
    words = ("plan", "scrap", "S-1", "--quantity", "10", "--reason", "flash", "--id", "NCR")
    assert "nothing of it has begun" in jiaoqi(*words).err
    assert jiaoqi("clock", "--set", "2026-03-03 07:00").status == 0
    told = jiaoqi(*words, "--line", "1", "--operation", "mould")
    assert begins < "2026-03-03"
    assert "NCR: scrapped, S-1/1 mould x 10, 2026-03-03 07:00." in told.out
    assert "S-1/1 mould × 10" in jiaoqi("plan", "disruptions", "--lang", "zh").out
    assert "1 to 240" in jiaoqi("plan", "amend", "NCR", "--quantity", "241").err
    assert "never came" in jiaoqi("plan", "up", "NCR", "--at", "2026-03-03 07:00").out


def test_a_customer_changes_an_order(jiaoqi):
    """More of it, told with the receipt of the amendment; a date that is declined; given up in the end."""
    assert jiaoqi("promise", "lid", "60", "--by", "2026-03-06", "--order", "C-9", "--customer", "C-1").status == 0
    words = ("plan", "customer-change", "C-9", "--source", "mail")
    made = jiaoqi(*words, "--line", "1", "--quantity", "120", "--by", "2026-03-07", "--id", "MORE")
    assert "MORE: customer's change, C-9/1 now × 120 by 2026-03-07 24:00, 2026-03-03 07:00." in made.out
    assert "quantity 60" in made.out
    assert jiaoqi(*words, "--withdraw", "--etag", "C-9:1").status == 1
    assert "客户变更" in jiaoqi("plan", "disruptions", "--lang", "zh").out
    assert "C-9 now withdrawn" in jiaoqi(*words, "--withdraw").out
    assert jiaoqi(*words, "--withdraw").status == 1
