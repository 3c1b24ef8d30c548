"""Numbers, times and durations in sentences, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from domain.errors import InvalidInput
from domain.plant import Plant

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
START = (rf"(?:from|starting|since|on)\s+{_TIME}", rf"(?:从|自)\s*{_TIME}", rf"{_TIME}\s*(?:起|开始)")
END = (rf"(?:until|till|to)\s+{_TIME}", rf"(?:到|至)\s*{_TIME}")
WISHED = (rf"by\s+{_TIME}", rf"改到\s*{_TIME}", rf"{_TIME}\s*(?:前|之前)")
_PIECES = (
    r"(?<![A-Za-z0-9_.-])(\d[\d,]{0,12})(?![A-Za-z0-9_.:-]*\d)"
    r"|\b(?:one|two|three|four|five|six|seven)\b|[一两二三四五六七八九十]"
)
_DAYS = {"today": 0, "今天": 0, "tomorrow": 1, "明天": 1, "后天": 2}


def duration_in(text: str) -> timedelta | None:
    """How long something lasts by a text; None where it doesn't say."""
    for unit, lasts in _UNITS:
        found = re.search(rf"{_AMOUNT}\s*(?:{unit})", text, re.IGNORECASE)
        if found:
            word = re.sub(r"^half an?$", "half a", found.group(1).lower())
            return lasts * (_NUMBERS[word] if word in _NUMBERS else float(word))
    return None


def time_in(
    text: str, patterns: Sequence[str], plant: Plant, now: datetime, field: str, *, whole_day: bool = False
) -> datetime | None:  # fmt: skip
    """The time that a text tells by these patterns; of a day alone its beginning, or its end with `whole_day`.

    Raises InvalidInput for what is no time.
    """
    found = next(filter(None, (re.search(pattern, text, re.IGNORECASE) for pattern in patterns)), None)
    if found is None:
        return None
    word = found.group(1).lower()
    if word in ("now", "现在"):
        return now
    try:
        if word in _DAYS:
            day = now.astimezone(plant.zone).date() + timedelta(days=_DAYS[word])
            local = datetime.combine(day + timedelta(days=whole_day), time(), plant.zone)
        else:
            local = datetime.fromisoformat(_padded(word))
            local += timedelta(days=whole_day and ":" not in word)
            local = local.replace(tzinfo=plant.zone)
        return local.astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        raise InvalidInput.one("sentence", f"{found.group(1)!r} is no {field} time", "YYYY-MM-DD HH:MM") from None


def _padded(text: str) -> str:
    day, _, clock = text.replace("t", " ").partition(" ")
    return f"{day} {clock.zfill(5)}" if clock else day


def number_in(text: str) -> int:
    """The first number of pieces in a text of which times and durations were taken out; 0: there is none."""
    found = re.search(_PIECES, text)
    if found is None:
        return 0
    if found.group(1):
        return int(found.group(1).replace(",", ""))
    return int(_NUMBERS[found.group(0).lower()])


def without_times(text: str) -> str:
    """The text without its times and durations."""
    for pattern in (*START, *END, *WISHED, _TIME, *(rf"{_AMOUNT}\s*(?:{unit})" for unit, _ in _UNITS)):
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text
