"""A file of lines that were made, from which buffers are learned."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from client.catalogue import say
from client.csv_rows import BadFile, RowError, id_column, read_rows, time_column, whole_column
from client.times import timestamp
from jiaoqi.v1 import plant_service_pb2 as pb


def read_history(file: Path, zone: ZoneInfo) -> tuple[list[pb.ExecutedLine], list[RowError]]:
    """Read lines that were made, and what is wrong in the file. Raises BadFile for no table or one without rows."""
    columns = (
        id_column("family", "产品族"),
        id_column("routing", "工艺"),
        time_column("decided", "承诺时间", zone=zone, required=True),
        time_column("planned", "计划完成", zone=zone, required=True),
        time_column("completed", "实际完成", zone=zone, required=True),
        whole_column("waiting", "等待%", low=0, high=100),
    )
    rows = read_rows(file, columns)
    if not rows.good and not rows.errors:
        raise BadFile(say("error.file", file=file, problem=say("error.empty")))
    lines = [
        pb.ExecutedLine(
            family=row.cells.get("family", ""),
            routing_id=row.cells.get("routing", ""),
            decide_time=timestamp(row.cells["decided"]),
            planned_time=timestamp(row.cells["planned"]),
            complete_time=timestamp(row.cells["completed"]),
            waiting_percent=row.cells.get("waiting"),
        )
        for row in rows.good
    ]
    return lines, rows.errors
