"""A real peak day, replayed on a server process six hundred times as fast, and what a restart finds of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter

from benchmarks.report import Ratio, Result, Row
from benchmarks.service import EMPTY, PROMISE, QUOTE, promise_message, quote_message
from client.calls import JiaoqiClient
from client.process import start_server
from jiaoqi.v1 import promise_pb2, promise_service_pb2
from plants.peakday.convert import Arrival, Rules, arrivals, convert, line_arrivals, opening, read_lines
from simulators.load import Course, Due, closed_loop, open_loop

ON_TIME = promise_pb2.OUTCOME_ON_TIME
LATER = promise_pb2.OUTCOME_LATER

HOW = """\
The {lines:,} order lines of 2011-12-05 of an online shop (UCI Online Retail) on the pick-and-make plant of
`plants/peakday`, from {first} to {last}, real spacing compressed {compression:,.0f} times; orders of one minute are
spread evenly over it. `by invoice`: an order for each invoice (more than 200 lines: several); `by line`: an order for
each line. One server process for each on an empty SQLite file (synchronous FULL), queue of {queue:,}; one other process
sends each order when it is due, whatever the answers do, and sets the manual clock to each minute of the day as it
comes. All times count from when a call was due. Empty calls (the same server's health check) were due at the same times
in a run of their own just before. Then the server is stopped and started again: `lost` are orders that were answered
and that the new server doesn't list with the same dates, `breaches` what its full check of the plan finds.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`lines` cuts the day short (None: the whole day); `queue` is how many orders may wait at the desk."""

    compression: float = 600.0
    lines: int | None = None
    warming: int = 50
    callers: int = 8
    queue: int = 4096


FULL = Settings()
QUICK = Settings(lines=1000)


@dataclass(slots=True)
class Replay:
    """What was sent and answered, and what was found afterwards."""

    kind: str
    sent: Sequence[Arrival]
    empty: Course
    promise: Course
    lost: list[str]
    breaches: list[str]

    def answers(self) -> list[promise_pb2.Promise]:
        """The promises of the calls that went well."""
        return [promise_service_pb2.PromiseResponse.FromString(call.answer).promise for call in self.promise.answered]


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield each way of replaying the day, then the whole; `scratch` is where the stores lie meanwhile."""
    lines = read_lines()[: settings.lines]
    files = convert(read_lines())
    how = HOW.format(
        lines=len(lines), first=f"{lines[0].time:%H:%M}", last=f"{lines[-1].time:%H:%M}", queue=settings.queue,
        compression=settings.compression,
    )  # fmt: skip
    result = Result("peak", "a real peak day", how, str(Rules().seed))
    scratch.mkdir(parents=True, exist_ok=True)
    for kind, sent in (("by invoice", arrivals(lines)), ("by line", line_arrivals(lines))):
        replay = _replay(kind, sent, files, settings, scratch)
        for row in (_row(f"empty, {kind}", replay.empty), _row(f"promise, {kind}", replay.promise, replay)):
            result.summary.append(row)
            yield row
        for percent in (50, 99):
            found = replay.promise.milliseconds(percent) / replay.empty.milliseconds(percent)
            result.ratios.append(Ratio(f"p{percent} of promise ÷ empty call, {kind}", found))
        result.ratios.append(Ratio(f"orders lost, {kind}", len(replay.lost), "0"))
        result.ratios.append(Ratio(f"breaches in the plan, {kind}", len(replay.breaches), "0"))
        _keep(result, replay)
    yield result


def _replay(kind: str, sent: list[Arrival], files: dict[str, bytes], settings: Settings, scratch: Path) -> Replay:
    flags = ["--queue-limit", str(settings.queue), "--log-level", "error"]
    with TemporaryDirectory(dir=scratch) as folder:
        store = Path(folder, "store.sqlite")
        with start_server(store, flags) as address:
            _prepare(address, sent, files, settings)
            empty = open_loop(address, [Due(_due_s(a, sent, settings), EMPTY, b"") for a in sent], settings.queue)
            with _following(address, sent, settings):
                dues = [Due(_due_s(a, sent, settings), PROMISE, _request(a)) for a in sent]
                promise = open_loop(address, dues, settings.queue)
        replay = Replay(kind, sent, empty, promise, [], [])
        with start_server(store, flags) as address, JiaoqiClient(address, timeout_s=120) as client:
            replay.lost = _lost(client, replay)
            replay.breaches = client.check_plan()
    return replay


def _prepare(address: str, sent: list[Arrival], files: dict[str, bytes], settings: Settings) -> None:
    """Import the plant, set its clock to the opening, and warm both sides with calls that change nothing."""
    with JiaoqiClient(address, timeout_s=60) as client:
        client.import_plant(files)
        client.set_clock(opening(read_lines()))
    quotes = [quote_message(arrival.order).SerializeToString() for arrival in sent[: settings.warming]]
    for course in (closed_loop(address, QUOTE, quotes, settings.callers),
                   closed_loop(address, EMPTY, [b""] * 4 * len(quotes), settings.callers)):  # fmt: skip
        if len(course.answered) != len(course.calls):
            raise RuntimeError(f"warming failed: {sorted({call.code for call in course.calls})}")


def _request(arrival: Arrival) -> bytes:
    return promise_message(arrival.order).SerializeToString()


def _due_s(arrival: Arrival, sent: Sequence[Arrival], settings: Settings) -> float:
    return (arrival.time - sent[0].time).total_seconds() / settings.compression


@contextmanager
def _following(address: str, sent: Sequence[Arrival], settings: Settings) -> Iterator[None]:
    """Set the plant's clock to each minute in which orders come, as it comes."""
    minutes = sorted({arrival.time.replace(second=0, microsecond=0) for arrival in sent})
    done = Event()
    failed: list[Exception] = []
    began = perf_counter()

    def follow(minutes: Sequence[datetime]) -> None:
        try:
            with JiaoqiClient(address, timeout_s=60) as client:
                for minute in minutes:
                    due_s = (minute - sent[0].time).total_seconds() / settings.compression
                    if done.wait(max(0.0, began + due_s - perf_counter())):
                        return
                    client.set_clock(minute)
        except Exception as error:
            failed.append(error)

    thread = Thread(target=follow, args=(minutes,), name="clock")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    if failed:
        raise failed[0]


def _lost(client: JiaoqiClient, replay: Replay) -> list[str]:
    """Ids of orders that were answered and aren't listed with the dates of the answer."""
    listed = {promise.order.id: promise for promise in client.list_orders(page_size=1000)}
    return [
        answer.order.id
        for answer in replay.answers()
        if answer.order.id not in listed or _dates(listed[answer.order.id]) != _dates(answer)
    ]


def _dates(promise: promise_pb2.Promise) -> list[tuple[int, int, int]]:
    return [(line.line_no, line.outcome, line.promised_time.seconds) for line in promise.lines]


def _row(what: str, course: Course, replay: Replay | None = None) -> Row:
    row: dict[str, str | int | float] = {
        "what": what, "calls": len(course.calls), "per second": course.rate, "p50 ms": course.milliseconds(50),
        "p90 ms": course.milliseconds(90), "p99 ms": course.milliseconds(99), "max ms": course.milliseconds(100),
        "turned away": len(course.calls) - len(course.answered),
    }  # fmt: skip
    outcomes = [] if replay is None else [line.outcome for answer in replay.answers() for line in answer.lines]
    row["lines"] = len(outcomes) if replay else ""
    row["on time"] = outcomes.count(ON_TIME) if replay else ""
    row["later"] = outcomes.count(LATER) if replay else ""
    row["lost"] = len(replay.lost) if replay else ""
    row["breaches"] = len(replay.breaches) if replay else ""
    return row


def _keep(result: Result, replay: Replay) -> None:
    for what, course in (("empty", replay.empty), ("promise", replay.promise)):
        result.raw.setdefault(what, []).extend(
            {
                "kind": replay.kind, "order": arrival.order.id, "lines": len(arrival.order.lines),
                "due_s": call.due_s, "seconds": call.seconds, "code": call.code,
            }
            for arrival, call in zip(replay.sent, course.calls, strict=True)
        )  # fmt: skip
