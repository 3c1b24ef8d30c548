"""What a planner supposes, read from a sentence in Chinese or English: `mould M-07 out for 3 days`, `M-07停3天`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from domain.disruptions import DisruptionKind
from domain.errors import InvalidInput
from domain.plant import Plant
from promising.disruption_requests import Report

SENTENCE_MAX = 500
_EXAMPLES = 'such as "mould M-07 out for 3 days", "M1 down from 2026-03-04 08:00 until 2026-03-05", "模具M-07停3天"'
_ADDED = r"overtime|extra shift|加班"
_CANCELLED = r"no shift|not work|shift cancel|cancel\w* shift|停班|不上班|放假"
_OUT = r"\bout\b|down|broke|away|absent|repair|\boff\b|stop|fail|停|坏|修|故障|缺|请假|不可用"
_NUMBERS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "half a": 0.5, "半": 0.5, "一": 1.0, "两": 2.0, "二": 2.0, "三": 3.0, "四": 4.0, "五": 5.0, "六": 6.0, "七": 7.0,
    "八": 8.0, "九": 9.0, "十": 10.0,
}  # fmt: skip
_UNITS = (
    (r"min(?:ute)?s?\b|分钟", timedelta(minutes=1)),
    (r"h(?:our)?s?\b|hrs?\b|个?小时", timedelta(hours=1)),
    (r"weeks?\b|周|个?星期", timedelta(weeks=1)),
    (r"d(?:ay)?s?\b|天|日", timedelta(days=1)),
)
_AMOUNT = r"(\d{1,6}(?:\.\d{1,3})?|half an?|an?\b|one|two|three|four|five|six|seven|[半一两二三四五六七八九十])"
_TIME = r"(\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2})?|today|tomorrow|now|今天|明天|后天|现在)"
_START = (rf"(?:from|starting|since|on)\s+{_TIME}", rf"(?:从|自)\s*{_TIME}", rf"{_TIME}\s*(?:起|开始)")
_END = (rf"(?:until|till|to)\s+{_TIME}", rf"(?:到|至)\s*{_TIME}")
_DAYS = {"today": 0, "今天": 0, "tomorrow": 1, "明天": 1, "后天": 2}


def supposed_in(sentence: str, plant: Plant, now: datetime) -> list[Report]:
    """What happens by a sentence, or several joined by `and`, `;` or `并且`; times are those of the plant's zone.

    Raises InvalidInput for what it doesn't understand, with examples.
    """
    if not sentence.strip() or len(sentence) > SENTENCE_MAX or not sentence.isprintable():
        raise InvalidInput.one("sentence", "is no sentence", f"1 to {SENTENCE_MAX} printable characters")
    parts = re.split(r"\s+and\s+|[;；]|并且|而且", sentence)
    return [_report(part, plant, now) for part in parts if part.strip()]


def _report(text: str, plant: Plant, now: datetime) -> Report:
    subject_id, rest = _subject(text, plant)
    kind = _kind(rest)
    start = _time(rest, _START, plant, now, "start")
    end = _time(rest, _END, plant, now, "end")
    lasts = _duration(rest)
    if lasts is not None and end is None:
        end = (start or now) + lasts
    return Report(subject_id, kind, start, end, reason=text.strip())


def _subject(text: str, plant: Plant) -> tuple[str, str]:
    """The machine, mould, crew or calendar that is named, the longest name first, and the text without it."""
    things = sorted([*plant.resource_by_id, *plant.mould_by_id], key=lambda name: (-len(name), name))
    # Calendars last: `day` may be one.
    for name in (*things, *sorted(plant.calendar_by_id, key=lambda name: (-len(name), name))):
        # Not \b: a Chinese character beside a name ends it, a letter or digit does not.
        found = re.search(rf"(?<![A-Za-z0-9_-]){re.escape(name)}(?![A-Za-z0-9_-])", text, re.IGNORECASE)
        if found:
            return name, text[: found.start()] + " " + text[found.end() :]
    problem = f"names no machine, mould, crew or calendar of the plant: {text.strip()!r}"
    raise InvalidInput.one("sentence", problem, _EXAMPLES)


def _kind(text: str) -> DisruptionKind | None:
    if re.search(_ADDED, text, re.IGNORECASE):
        return DisruptionKind.SHIFT_ADDED
    if re.search(_CANCELLED, text, re.IGNORECASE):
        return DisruptionKind.SHIFT_CANCELLED
    if not re.search(_OUT, text, re.IGNORECASE):
        raise InvalidInput.one("sentence", f"does not say what happens: {text.strip()!r}", _EXAMPLES)
    return None


def _duration(text: str) -> timedelta | None:
    for unit, lasts in _UNITS:
        found = re.search(rf"{_AMOUNT}\s*(?:{unit})", text, re.IGNORECASE)
        if found:
            word = re.sub(r"^half an?$", "half a", found.group(1).lower())
            return lasts * (_NUMBERS[word] if word in _NUMBERS else float(word))
    return None


def _time(text: str, patterns: Sequence[str], plant: Plant, now: datetime, field: str) -> datetime | None:
    found = next(filter(None, (re.search(pattern, text, re.IGNORECASE) for pattern in patterns)), None)
    if found is None:
        return None
    word = found.group(1).lower()
    if word in ("now", "现在"):
        return now
    try:
        if word in _DAYS:
            day = now.astimezone(plant.zone).date() + timedelta(days=_DAYS[word])
            local = datetime.combine(day, time(), plant.zone)
        else:
            local = datetime.fromisoformat(_padded(word)).replace(tzinfo=plant.zone)
        return local.astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        raise InvalidInput.one("sentence", f"{found.group(1)!r} is no {field} time", "YYYY-MM-DD HH:MM") from None


def _padded(text: str) -> str:
    day, _, clock = text.replace("t", " ").partition(" ")
    return f"{day} {clock.zfill(5)}" if clock else day
