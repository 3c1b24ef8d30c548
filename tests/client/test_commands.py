"""A person and a program use the command line against a real server."""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from client.words import read_time


def test_a_promise_is_shown_as_a_table_with_its_reasons(jiaoqi):
    """Asked for by the 6th, promised for the 6th, with every share of the lead time as words."""
    told = jiaoqi("promise", "cap", "60", "--by", "2026-03-06", "--order", "T-1", "--customer", "C-1")
    assert told.status == 0
    assert "2026-03-06 24:00" in told.out
    assert "confirmed" in told.out
    assert "30min of work" in told.out
    assert "to spare, not needed earlier" in told.out


def test_no_cell_of_a_table_is_cut(jiaoqi, monkeypatch):
    """Read by a program it is as wide as it needs to be; on a narrow terminal it is folded. It was cut to 80."""
    assert jiaoqi("promise", "cap", "60", "--by", "2026-03-06", "--order", "LONG-ID-1", "--customer", "C-1").status == 0
    monkeypatch.setenv("COLUMNS", "90")
    folded = jiaoqi("order", "show", "LONG-ID-1").out
    assert "2026-03-06" in folded
    assert "24:00" in folded
    assert max(map(len, folded.split("Line 1")[0].splitlines())) <= 90
    monkeypatch.delenv("COLUMNS")
    row = next(line for line in jiaoqi("order", "list").out.splitlines() if "LONG-ID-1" in line)
    assert "2026-03-06 24:00" in row
    assert "confirmed" in row


def test_the_same_in_chinese(jiaoqi):
    """The language can stand anywhere; the data is untouched."""
    told = jiaoqi("quote", "cap-white", "60", "--by", "2026-03-06", "--customer", "[bold]C-1[/bold]", "--lang", "zh")
    assert told.status == 0
    assert "承诺" in told.out
    assert "不必更早" in told.out
    assert "cap-white" in told.out


def test_programs_get_json(jiaoqi):
    """One document with the names of the schema."""
    told = jiaoqi("quote", "cap", "60", "--by", "2026-03-06", "--customer", "C-1", "--json")
    answer = json.loads(told.out)
    assert answer["promise"]["lines"][0]["outcome"] == "OUTCOME_ON_TIME"
    assert answer["promise"]["lines"][0]["promised_time"] == "2026-03-06T16:00:00Z"


def test_a_refused_order_has_a_status_of_its_own(jiaoqi):
    """Nothing was promised: 3, with the earliest date."""
    told = jiaoqi(
        "promise", "cap", "60000", "--by", "2026-03-03", "--latest", "2026-03-03", "--order", "T-9", "--customer", "C"
    )
    assert told.status == 3
    assert "the earliest date is after the latest accepted" in told.out
    assert "the earliest is 2026-" in told.out


def test_what_else_could_be_had_is_told_as_sentences(jiaoqi):
    """In parts or as a whole, with what the delay costs; in both languages."""
    asked = ("quote", "cap", "60000", "--by", "2026-03-20", "--latest", "2026-03-20", "--customer", "C", "--options")
    told = jiaoqi(*asked)
    assert told.status == 3
    assert "Instead: in two parts: " in told.out
    assert "Instead: all of it: 60,000 by 2026-" in told.out
    assert "of delay: not priced" in told.out
    assert "No work in the frozen zone: there is none, or it is allowed anyway" in told.out
    zh = jiaoqi("--lang", "zh", *asked).out
    assert "另有办法:分批:" in zh
    assert ":未定价" in zh
    assert "无冻结区方案:没有冻结区,或已允许排进去" in zh
    assert "Instead" not in jiaoqi(*asked[:-1]).out


def test_an_option_is_accepted_by_the_id_in_its_brackets(jiaoqi):
    """Tried, taken, and with a made-up id not found."""
    asked = (
        "quote",
        "cap",
        "60000",
        "--by",
        "2026-03-20",
        "--order",
        "T-10",
        "--customer",
        "C",
        "--options",
        "--search",
    )
    told = jiaoqi(*asked)
    option = re.search(r"all of it: .*\[(o1-[0-9a-f]{24})\]", told.out).group(1)
    assert f"{option} can be accepted" in jiaoqi("order", "accept", option, "--validate-only").out
    taken = jiaoqi("order", "accept", option)
    assert (taken.status, f"Accepted {option}" in taken.out) == (0, True)
    assert jiaoqi("order", "cancel", "T-10").status == 0
    assert jiaoqi("order", "accept", "o1-" + 24 * "0").status == 1


def test_a_wrong_field_is_told_with_what_is_allowed(jiaoqi):
    """Which field, what is wrong with it."""
    told = jiaoqi("promise", "cup", "60", "--by", "2026-03-06", "--order", "T-2", "--customer", "C-1")
    assert told.status == 1
    assert "order.lines[0].item_id: no item 'cup' (allowed: the id of an item of the plant)" in told.err
    told = jiaoqi("--json", "promise", "cup", "60", "--by", "2026-03-06", "--order", "T-2", "--customer", "C-1")
    assert json.loads(told.err)["fields"][0]["field"] == "order.lines[0].item_id"


def test_the_life_of_an_order(jiaoqi):
    """Promised, shown, listed, cancelled, and not cancelled twice under an old etag."""
    assert jiaoqi("promise", "lid", "60", "--by", "2026-03-09", "--order", "T-3", "--customer", "C-3").status == 0
    shown = jiaoqi("order", "show", "T-3", "--load", "--moulds")
    assert "LID" in shown.out
    assert "M1" in shown.out
    listed = jiaoqi("order", "list", "--customer", "C-3", "--state", "confirmed")
    assert "T-3" in listed.out
    assert jiaoqi("order", "cancel", "T-3", "--reason", "typed twice", "--etag", "T-3:9").status == 1
    assert "cancelled" in jiaoqi("order", "cancel", "T-3", "--reason", "typed twice").out
    assert jiaoqi("order", "list", "--customer", "C-3", "--state", "confirmed").out.strip() == "None."


def test_an_order_is_held_confirmed_and_released(jiaoqi):
    """Until when, what it would be if confirmed at once, and what confirming changed."""
    words = ("lid", "60", "--by", "2026-03-02T09:00", "--customer", "C-8", "--until", "2026-03-02T18:00")
    held = jiaoqi("order", "hold", *words, "--order", "T-8")
    assert held.status == 0
    assert "Held until 2026-03-02 18:00" in held.out
    assert "confirmed at once it would be" in held.out
    told = jiaoqi("order", "confirm", "T-8", "--no-later-than", "2026-03-02T09:01")
    assert told.status == 3
    assert "Nothing was changed: the earliest date is after the latest accepted" in told.out
    confirmed = jiaoqi("order", "confirm", "T-8", "--reason", "paid")
    assert confirmed.status == 0
    assert "state held → confirmed" in confirmed.out
    jiaoqi("order", "hold", *words, "--order", "T-9")
    assert "state held → cancelled" in jiaoqi("order", "release", "T-9").out
    assert "已取消" in jiaoqi("--lang", "zh", "order", "show", "T-9").out


def test_an_order_is_amended_split_forced_and_closed(jiaoqi):
    """Each prints the order and what it changed; what can't be had ends with a status of its own."""
    jiaoqi("promise", "cap", "60", "--by", "2026-03-20", "--order", "T-7", "--customer", "C-7")
    amended = jiaoqi("order", "amend", "T-7", "--quantity", "120", "--by", "2026-03-21")
    assert amended.status == 0
    assert "Line 1: quantity 60 → 120; promised 2026-03-20 24:00 → 2026-03-21 24:00" in amended.out
    declined = jiaoqi("order", "amend", "T-7", "--quantity", "120000", "--on-time-only")
    assert declined.status == 3
    assert "Nothing was changed: can't be had by then, and no later date is accepted" in declined.out
    assert "Line 2: new" in jiaoqi("order", "split", "T-7", "1", "40", "--by", "2026-03-25").out
    assert jiaoqi("order", "amend", "T-7", "--quantity", "5").status == 2
    assert "Line 2: gone" in jiaoqi("order", "amend", "T-7", "--line", "2", "--remove").out
    added = jiaoqi("order", "amend", "T-7", "--line", "3", "--item", "lid", "--quantity", "9", "--by", "2026-03-25")
    assert "Line 3: new" in added.out
    forced = jiaoqi("order", "force", "T-7", "1", "2026-03-22", "--reason", "told by phone")
    assert "promised 2026-03-21 24:00 → 2026-03-22 24:00" in forced.out
    assert "state confirmed → fulfilled" in jiaoqi("order", "close", "T-7", "--reason", "finished short").out
    assert jiaoqi("order", "close", "T-7").status == 1


def test_an_order_from_a_file(jiaoqi, tmp_path):
    """Several lines in one order, as JSON of the schema."""
    lines = [
        {"line_no": number, "item_id": item, "quantity": "10", "requested_time": "2026-03-10T00:00:00Z"}
        for number, item in ((1, "cap"), (2, "box"))
    ]
    file = tmp_path / "order.json"
    file.write_text(json.dumps({"id": "T-4", "customer_id": "C-4", "lines": lines}))
    assert jiaoqi("promise", "--file", str(file)).status == 0
    assert len(json.loads(jiaoqi("order", "list", "--customer", "C-4", "--json").out)[0]["lines"]) == 2
    file.write_text("{")
    told = jiaoqi("promise", "--file", str(file))
    assert told.status == 2
    assert "order.json" in told.err


def test_schedule_load_clock_and_check(jiaoqi):
    """What a planner looks at."""
    jiaoqi("promise", "cap", "60", "--by", "2026-03-06", "--order", "T-5", "--customer", "C-5")
    assert "T-5" in jiaoqi("schedule", "--order", "T-5").out
    assert jiaoqi("schedule", "--from", "2026-06-01", "--resource", "M1").out.strip() == "None."
    assert "M1" in jiaoqi("load", "--from", "2026-03-02", "--to", "2026-03-03", "--resource", "M1").out
    assert "Asia/Shanghai" in jiaoqi("clock").out
    assert jiaoqi("check").out.strip() == "The plan breaks no rule."


def test_schedule_and_load_are_filtered(jiaoqi, tmp_path):
    """By mould, item, customer and lateness; a name that is unknown ends the command, and nothing is drawn."""
    jiaoqi("promise", "box", "60", "--by", "2026-03-20", "--order", "T-21", "--customer", "C-21")
    jiaoqi("promise", "cap", "600", "--by", "2026-03-02T09:00", "--order", "T-22", "--customer", "C-21")
    mine = ("--customer", "C-21")
    assert [word in jiaoqi("schedule", *mine, "--late").out for word in ("T-21", "T-22")] == [False, True]
    assert "pack" in jiaoqi("schedule", *mine, "--item", "box").out
    assert jiaoqi("load", *mine, "--mould", "CAP", "--resource", "TABLE", "--to", "2026-03-30").status == 0
    file = tmp_path / "late.png"
    assert jiaoqi("schedule", *mine, "--late", "--gantt", str(file)).status == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    told = jiaoqi("schedule", "--work-centre", "foundry", "--gantt", str(tmp_path / "none.png"))
    assert told.status == 1
    assert "work_centres[0]: no work centre 'foundry'" in told.err
    assert not (tmp_path / "none.png").exists()


def test_a_task_package_on_the_screen_and_as_a_page(jiaoqi, tmp_path):
    """Routing, moulds and times; the page stands alone, is well formed, and puts nothing of the data into its code."""
    asked = ("promise", "box", "60", "--by", "2026-03-20", "--order", "T-<b>", "--customer", "C&C", "--channel", "shop")
    jiaoqi(*asked)
    told = jiaoqi("order", "package", "T-<b>").out
    assert "Task package of order T-<b>" in told
    assert "1h 30min of waiting" in told
    assert "LID" in told
    assert (
        json.loads(jiaoqi("order", "package", "T-<b>", "--json").out)["package"]["lines"][0]["lots"][0]["quantity"]
        == "60"
    )
    file = tmp_path / "package.html"
    for language, words in (("en", "Steps and suggested times"), ("zh", "工序与建议时间")):
        assert jiaoqi("--lang", language, "order", "package", "T-<b>", "--out", str(file)).status == 0
        page = file.read_text()
        assert words in page
        assert "T-&lt;b&gt;" in page
        assert "<b>" not in page
        assert "C&amp;C" in page
        assert "size: A4" in page
        assert "http" not in page
        ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>").replace('<meta charset="utf-8">', ""))
    missing = jiaoqi("order", "package", "T-<b>", "--out", str(tmp_path / "no" / "where.html"))
    assert (missing.status, "where.html" in missing.err) == (2, True)
    assert jiaoqi("order", "package", "nobody").status == 1


def test_help_is_chinese_with_its_frames_and_no_third_language_is_taken(jiaoqi):
    """The titles and defaults were English; --lang fr was English in silence."""
    words = [sys.executable, "-m", "client.cli", "--lang", "zh", "promise", "--help"]
    told = subprocess.run(
        words, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"}
    ).stdout
    assert "选项" in told
    assert not re.search("Options|Arguments|default:|required", told)
    refused = jiaoqi("clock", "--lang", "fr")
    assert (refused.status, refused.err) == (2, "--lang is zh or en, not 'fr'\n")


def test_a_single_wrong_field_is_told_once(jiaoqi):
    """It stood there twice."""
    told = jiaoqi("quote", "nope", "60", "--by", "2026-03-06", "--customer", "C")
    assert told.status == 1
    assert told.err.count("order.lines[0].item_id: no item 'nope'") == 1


def test_a_plant_is_checked_imported_and_exported(jiaoqi, folder, tmp_path):
    """What comes out is what went in."""
    assert "can be imported" in jiaoqi("plant", "check", str(folder)).out
    assert jiaoqi("plant", "import", str(folder)).out.strip() == "Nothing changes."
    (folder / "customers.csv").write_text("customer\nC-9\n")
    # It was said to be imported.
    checked = jiaoqi("plant", "import", str(folder), "--validate-only").out
    assert checked == "Changes that an import would make: 1\n  customers: + C-9\n"
    (folder / "customers.csv").unlink()
    assert jiaoqi("plant", "import", str(folder)).out.strip() == "Nothing changes."
    out = tmp_path / "out"
    assert jiaoqi("plant", "export", str(out)).status == 0
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {
        p.name: p.read_bytes() for p in folder.iterdir() if p != out
    }


def test_a_plant_that_breaks_reservations_is_refused_with_the_list(jiaoqi, folder):
    """It was a table of cells without any."""
    assert jiaoqi("promise", "cap", "60", "--by", "2026-03-06", "--customer", "C", "--order", "GONE-1").status == 0
    items = folder / "items.csv"
    items.write_text(items.read_text().replace("\ncap,", "\nhat,"))
    for command in ("check", "import"):
        told = jiaoqi("plant", command, str(folder))
        assert told.status == 3
        title, *broken = told.out.splitlines()
        # Other tests have orders in the same shop.
        assert title == f"Nothing was imported; reservations that would not stand: {len(broken)}"
        assert "  GONE-1 line 1: item cap is gone" in broken


def test_wrong_files_are_told_cell_by_cell(jiaoqi, folder):
    """File, row, column, value and what is allowed; nothing is imported."""
    moulds = folder / "moulds.csv"
    moulds.write_text(moulds.read_text().replace("1m", "fast"))
    for command in ("check", "import"):
        told = jiaoqi("plant", command, str(folder))
        assert told.status == 3
        assert "moulds.csv" in told.out
        assert "'fast'" in told.out
        assert "cycle" in told.out
    assert "'fast'" in jiaoqi("plant", "check", str(folder), "--json").out


@pytest.mark.parametrize(
    "words",
    [
        ("quote", "cap", "60", "--by", "next week", "--customer", "C"),
        ("quote", "cap", "--by", "2026-03-06", "--customer", "C"),
        ("clock", "--mode", "sundial"),
        ("clock", "--set", "yesterday"),
        ("order", "list", "--state", "happy"),
        ("plant", "check", "/nowhere/at/all"),
        ("promise", "--quantity"),
        ("schedule", "--from", "2026-13-01"),
    ],
)
def test_what_is_called_wrongly_ends_with_2(jiaoqi, words):
    """And says so on standard error."""
    told = jiaoqi(*words)
    assert told.status == 2
    assert told.err


def test_a_server_that_is_not_there(jiaoqi):
    """The address is named."""
    told = jiaoqi("clock", "--server", "127.0.0.1:1", "--timeout=0.2")
    assert told.status == 1
    assert "Can't reach the server at 127.0.0.1:1" in told.err


def test_a_date_is_its_end_in_the_plants_zone():
    """By the 10th means until its 24:00."""
    zone = ZoneInfo("Asia/Shanghai")
    assert read_time("2026-03-10", zone).isoformat() == "2026-03-11T00:00:00+08:00"
    assert read_time("2026-03-10T17:00", zone).isoformat() == "2026-03-10T17:00:00+08:00"
    assert read_time("2026-03-10T17:00Z", zone).utcoffset().total_seconds() == 0


def test_the_plan_is_drawn(jiaoqi, tmp_path):
    """A picture with something on it, and one of an empty plan."""
    jiaoqi("promise", "lid", "600", "--by", "2026-03-06", "--order", "T-6", "--customer", "C-6")
    file = tmp_path / "wall.png"
    assert str(file) in jiaoqi("schedule", "--gantt", str(file)).out
    assert file.read_bytes().startswith(b"\x89PNG")
    assert jiaoqi("schedule", "--gantt", str(tmp_path / "empty.png"), "--from", "2027-01-01").status == 0
    told = jiaoqi("schedule", "--gantt", str(tmp_path / "nowhere" / "wall.png"))
    assert told.status == 2
    assert "nowhere" in told.err


def test_a_count_below_what_is_reserved_is_told_once_and_without_an_empty_field(jiaoqi):
    """The message names the one reservation already."""
    day = "2026-03-06"
    assert jiaoqi("plant", "stock", "cap", "100").status == 0
    assert jiaoqi("promise", "cap", "60", "--by", day, "--order", "S-1", "--customer", "C-1").status == 0
    told = jiaoqi("plant", "stock", "cap", "10")
    assert told.status == 1
    assert told.err.count("cap on hand: 60 reserved of 10") == 1
    assert "field" not in told.err


def test_a_quantity_range_is_given_in_pieces_or_per_cent(jiaoqi):
    """It is in the order, and a word that is neither is called wrongly."""
    words = ("promise", "cap", "200", "--by", "2026-03-06", "--order", "RANGE-1", "--customer", "C-1")
    told = jiaoqi(*words, "--under", "1.5%", "--over", "20", "--substitutes", "--json")
    (line,) = json.loads(told.out)["promise"]["order"]["lines"]
    assert (line["least_quantity"], line["most_quantity"], line["allow_substitutes"]) == ("197", "220", True)
    assert jiaoqi(*words, "--under", "a few").status == 2
