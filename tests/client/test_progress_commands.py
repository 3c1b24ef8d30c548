"""The shop floor reports its work on the command line: one by one, from a file, as a stream."""

import json
from io import StringIO

HEADER = "状态,订单,行,工序,时间,合格数\n"


def test_progress_is_told_one_by_one_and_from_a_file(jiaoqi, tmp_path):
    """A run that began, a count from a spreadsheet, a contradiction, and a cell that is wrong."""
    assert jiaoqi("promise", "cap", "240", "--by", "2026-03-02", "--order", "R-1", "--customer", "C-1").status == 0
    jiaoqi("clock", "--set", "2026-03-02 09:00")
    began = jiaoqi("plan", "report", "R-1", "1", "mould", "started", "--at", "2026-03-02 08:30", "--lang", "zh")
    assert began.status == 0
    assert "已记录" in began.out
    assert "2026-03-02 10:30" in began.out
    sheet = tmp_path / "mes.csv"
    sheet.write_text(HEADER + "produced,R-1,1,mould,2026-03-02 09:00,120\n", "utf-8")
    counted = json.loads(jiaoqi("plan", "report", "--file", str(sheet), "--json").out)
    assert counted["receipt"]["answers"][0]["end_time"] == "2026-03-02T02:00:00Z"
    against = jiaoqi("plan", "report", "R-1", "1", "mould", "started", "--at", "2026-03-02 08:20")
    assert against.status == 1
    assert "it was reported: started" in against.out
    assert "corrects" in against.out
    sheet.write_text(HEADER + "melted,R-1,1,mould,,\n", "utf-8")
    wrong = jiaoqi("plan", "report", "--file", str(sheet))
    assert wrong.status != 0
    assert "melted" in wrong.out
    assert jiaoqi("plan", "report").status == 2


def test_a_stream_says_kinds_as_the_command_line_does(jiaoqi, monkeypatch):
    """In words of the command line or of the schema; what is none of them is refused with its line."""
    assert jiaoqi("promise", "cap", "240", "--by", "2026-03-02", "--order", "R-2", "--customer", "C-1").status == 0
    row = {"order_id": "R-2", "line_no": 1, "operation_id": "mould"}

    def stream(*kinds: str):
        lines = [json.dumps([row | {"kind": kind, "good_count": 10}]) for kind in kinds]
        monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines) + "\n"))
        return jiaoqi("plan", "report", "--stream", "--validate-only", "--json")

    told = stream("produced", "Produced", "PROGRESS_KIND_PRODUCED")
    assert told.status == 0
    assert told.out.count("PROGRESS_OUTCOME_RECORDED") == 3
    wrong = stream("produced", "melted")
    assert wrong.status == 2
    assert "Line 2" in wrong.err
    assert "melted" in wrong.err
