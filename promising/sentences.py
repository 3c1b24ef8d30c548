"""What a planner supposes, read from a sentence in Chinese or English: `mould M-07 out for 3 days`, `M-07停3天`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches

from msgspec import Struct

from domain.disruptions import DisruptionKind, receipt_of
from domain.errors import InvalidInput
from domain.plant import Plant
from domain.values import replace
from promising.disruption_requests import Report
from promising.sentence_times import END, START, WISHED, duration_in, number_in, time_in, without_times

SENTENCE_MAX = 500
_EXAMPLES = (
    'such as "mould M-07 out for 3 days", "PO-12 short by 40", "carrier sea stops for north", '
    '"scrap 5 of SO-1 line 2", "SO-1 withdrawn", "模具M-07停3天", "SO-1报废5件"'
)
_ADDED = r"overtime|extra shift|加班"
_CANCELLED = r"no shift|not work|shift cancel|cancel\w* shift|停班|不上班|放假"
_OUT = r"\bout\b|down|broke|away|absent|repair|\boff\b|stop|fail|停|坏|修|故障|缺|请假|不可用"
_SCRAPPED = r"scrap|报废"
_WITHDRAWN = r"withdr|cancel|gives? up|given up|取消|退单|不要了?"
_WANTS = r"want|\bto\b|instead|\bby\b|more|fewer|change|改|只要|增加|减少|延"
_CAVITIES = r"cavit|模?穴|模腔"
_REJECTED = r"reject|inspection|不合格|拒收|不良"
_SHORT = r"short|missing|短|缺|少"
_LATE = r"late|delay|延|晚|迟"
_LINE = r"\bline\s*(\d{1,7})|第?\s*(\d{1,7})\s*行"
_AT = r"\bat\s+(?:operation\s+)?([\w.-]+)|工序\s*([A-Za-z0-9_.-]+)"
WORDS = (
    "out", "down", "broken", "away", "absent", "repair", "stopped", "overtime", "cancelled", "scrap", "withdrawn",
    "wants", "cavities", "rejected", "short", "late", "machine", "mould", "crew", "carrier", "supplier", "order",
    "line", "pieces", "for", "from", "until", "停机", "维修", "故障", "缺勤", "请假", "加班", "停班", "报废", "取消",
    "改为", "模穴", "不合格", "短少", "延迟", "停运", "停供",
)  # fmt: skip
"""What a sentence may say; the nearest of these is told for what it doesn't know."""
_FILLING = frozenset(
    ("the", "a", "an", "of", "is", "are", "and", "in", "on", "by", "to", "with", "will", "be", "has", "no", "at", "all")
)


class _Name(Struct, frozen=True):
    """Something of the plant, or an order, that a text names."""

    id: str
    what: frozenset[str]
    start: int
    end: int


def supposed_in(sentence: str, plant: Plant, now: datetime, orders: Collection[str] = ()) -> list[Report]:
    """What happens by a sentence, or several joined by `and`, `;` or `并且`; times are those of the plant's zone.

    `orders` are the ids of those that stand. Raises InvalidInput for what it doesn't understand, with the nearest word
    that it would, and examples.
    """
    if not sentence.strip() or len(sentence) > SENTENCE_MAX or not sentence.isprintable():
        raise InvalidInput.one("sentence", "is no sentence", f"1 to {SENTENCE_MAX} printable characters")
    things = _things(plant, orders)
    parts = re.split(r"\s+and\s+|[;；]|并且|而且", sentence)
    return [_report(part, plant, now, things) for part in parts if part.strip()]


def _things(plant: Plant, orders: Collection[str]) -> dict[str, set[str]]:
    """All names that may be meant, and what each is."""
    found: dict[str, set[str]] = {}
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("thing", plant.resource_by_id), ("thing", plant.mould_by_id), ("mould", plant.mould_by_id),
        ("calendar", plant.calendar_by_id), ("carrier", plant.carrier_by_id),
        ("region", (row.region for row in plant.carriers)), ("receipt", (row.id for row in plant.receipts)),
        ("item", plant.item_by_id), ("family", (row.family for row in plant.items)), ("order", orders),
    )  # fmt: skip
    for what, names in kinds:
        for name in names:
            if name:
                found.setdefault(name, set()).add(what)
    return found


def _names(text: str, things: dict[str, set[str]]) -> list[_Name]:
    """What a text names, the longest names first; things before calendars, which may be called `day`."""
    folded, taken, found = text.casefold(), set[int](), []
    near = (name for name in things if name.casefold() in folded)
    for name in sorted(near, key=lambda name: (things[name] == {"calendar"}, -len(name), name)):
        # Not \b: a Chinese character beside a name ends it, a letter or digit does not.
        for at in re.finditer(rf"(?<![A-Za-z0-9_-]){re.escape(name)}(?![A-Za-z0-9_-])", text, re.IGNORECASE):
            if not taken.intersection(range(*at.span())):
                taken.update(range(*at.span()))
                found.append(_Name(name, frozenset(things[name]), *at.span()))
                break
    return found


def _report(text: str, plant: Plant, now: datetime, things: dict[str, set[str]]) -> Report:
    names = _names(text, things)
    if not names:
        problem = f"names nothing of the plant, and no order: {text.strip()!r}"
        raise InvalidInput.one("sentence", problem, _nearest(text, things))
    # In this order: who names an order speaks of that, whatever machine is named beside it.
    for what in ("order", "thing", "carrier", "receipt", "item", "family", "calendar"):
        subject = next((name for name in names if what in name.what), None)
        if subject is not None:
            report = _of(what, subject, _without(text, names, subject), plant, now, names)
            if report is not None:
                return replace(report, reason=text.strip())
    problem = f"does not say what happens: {text.strip()!r}"
    raise InvalidInput.one("sentence", problem, _nearest(_without(text, names), WORDS))


def _without(text: str, names: list[_Name], subject: _Name | None = None) -> str:
    """The text without what it names; a calendar may be called `day` and be none where something else is meant."""
    for name in names:
        if name is subject or name.what != {"calendar"}:
            text = text[: name.start] + " " * (name.end - name.start) + text[name.end :]
    return text


def _of(what: str, subject: _Name, rest: str, plant: Plant, now: datetime, names: list[_Name]) -> Report | None:
    """What happens to what is named; None where that is not said."""
    start, end = time_in(rest, START, plant, now, "start"), time_in(rest, END, plant, now, "end")
    lasts, pieces = duration_in(rest), number_in(without_times(_without_line(rest)))
    if what == "order":
        return _of_order(subject.id, rest, plant, now, pieces)
    if what == "receipt" and _says(_LATE, rest) and not _says(_SHORT, rest):
        due = receipt_of(subject.id, plant)
        if lasts is not None and end is None and due is not None:
            end = due.time + lasts
        return Report(subject.id, DisruptionKind.MATERIAL_LATE, None, end)
    if end is None and lasts is not None:
        end = (start or now) + lasts
    if what in ("receipt", "item"):
        for kind, said in ((DisruptionKind.MATERIAL_REJECTED, _REJECTED), (DisruptionKind.MATERIAL_SHORT, _SHORT)):
            if _says(said, rest):
                return Report(subject.id, kind, start, end, quantity=pieces)
    if "mould" in subject.what and _says(_CAVITIES, rest):
        return Report(subject.id, DisruptionKind.CAVITIES_OUT, start, end, quantity=pieces or 1)
    if not _says(f"{_OUT}|{_ADDED}|{_CANCELLED}", rest):
        return None
    region = next((name.id for name in names if "region" in name.what and name is not subject), "")
    stopped = {"carrier": DisruptionKind.CARRIER_STOPPED, "item": DisruptionKind.SUPPLIER_STOPPED}
    shifts = ((DisruptionKind.SHIFT_ADDED, _ADDED), (DisruptionKind.SHIFT_CANCELLED, _CANCELLED))
    changed = next((each for each, said in shifts if _says(said, rest)), None)
    happened = stopped.get("item" if what == "family" else what) or changed
    return Report(subject.id, happened, start, end, region=region if what == "carrier" else "")


def _of_order(
    order_id: str, rest: str, plant: Plant, now: datetime, pieces: int
) -> Report | None:  # fmt: skip
    line = re.search(_LINE, rest, re.IGNORECASE)
    line_no = int(line.group(1) or line.group(2)) if line else 0
    if _says(_SCRAPPED, rest):
        at = re.search(_AT, rest, re.IGNORECASE)
        operation_id = (at.group(1) or at.group(2)) if at else ""
        return Report(
            order_id, DisruptionKind.SCRAPPED, quantity=pieces, line_no=line_no, operation_id=operation_id,
        )  # fmt: skip
    kind = DisruptionKind.CUSTOMER_CHANGE
    if _says(_WITHDRAWN, rest):
        return Report(order_id, kind, line_no=line_no, withdrawn=True)
    wanted = time_in(rest, (*WISHED, *END), plant, now, "requested", whole_day=True)
    if (pieces or wanted is not None) and _says(_WANTS, rest):
        return Report(order_id, kind, line_no=line_no, quantity=pieces, wanted=wanted)
    return None


def _says(said: str, text: str) -> bool:
    return re.search(said, text, re.IGNORECASE) is not None


def _without_line(text: str) -> str:
    return re.sub(_LINE, " ", text, flags=re.IGNORECASE)


def _nearest(text: str, known: Iterable[str]) -> str:
    """The nearest right words for those that a text has and nobody knows, and examples."""
    words = {word.casefold(): word for word in known}
    told = []
    for word in _unknown(text):
        close = get_close_matches(word.casefold(), words, 1, 0.5)
        if close and close[0] != word.casefold():
            told.append(f"{word!r}: perhaps {words[close[0]]!r}")
    return "; ".join([*told[:5], _EXAMPLES])


def _unknown(text: str) -> Iterator[str]:
    """Words that a sentence is not made of anyway."""
    plain = {word.casefold() for word in WORDS} | _FILLING
    for word in re.findall(r"[A-Za-z0-9][\w./#:-]*|[\u4e00-\u9fff]+", without_times(text)):
        if word.casefold() not in plain and not word.isdigit():
            yield word
