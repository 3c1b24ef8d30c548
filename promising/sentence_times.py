"""Numbers, times and durations in sentences, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from domain.errors import InvalidInput
from domain.plant import Plant

_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NUMBERS = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5, "半": 0.5, "两": 2.0} | {
    word: float(number) for number, word in enumerate(_WORDS, 1)
}
_DIGITS = "一二三四五六七八九"
_CHINESE = rf"[{_DIGITS}十两]+"
_UNITS = (
    (r"min(?:ute)?s?\b|分钟", timedelta(minutes=1)),
    (r"h(?:our)?s?\b|hrs?\b|(?:个半|个)?小时半?", timedelta(hours=1)),
    (r"weeks?\b|周半?|(?:个半|个)?星期半?", timedelta(weeks=1)),
    (r"d(?:ay)?s?\b|[天日]半?", timedelta(days=1)),
)
"""A half behind a Chinese unit, or before it, is half of one more."""
_AMOUNT = rf"((?<![\d.])\d{{1,6}}(?:\.\d{{1,3}})?|\b(?:half an?|an?|{'|'.join(_WORDS)})\b|半|{_CHINESE})"
_TIME = r"(\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2})?|today|tomorrow|now|今天|明天|后天|现在)"
START = (rf"(?:from|starting|since|on)\s+{_TIME}", rf"(?:从|自)\s*{_TIME}", rf"{_TIME}\s*(?:起|开始)")
END = (rf"(?:until|till|to)\s+{_TIME}", rf"(?:到|至)\s*{_TIME}")
WISHED = (rf"by\s+{_TIME}", rf"改到\s*{_TIME}", rf"{_TIME}\s*(?:前|之前)")
_PIECES = (
    rf"(?<![A-Za-z0-9_.-])(\d[\d,]{{0,12}})(?![A-Za-z0-9_.:-]*\d)|\b(?:{'|'.join(_WORDS)})\b|{_CHINESE}"
)  # fmt: skip
_DAYS = {"today": 0, "今天": 0, "tomorrow": 1, "明天": 1, "后天": 2}


def duration_in(text: str) -> timedelta | None:
    """How long something lasts by a text, all its units added; None where it doesn't say.

    Raises InvalidInput for less than nothing, a span such as `2-3 days`, and a number that it doesn't know.
    """
    lasts = None
    for unit, one in _UNITS:
        found = re.search(rf"(-\s?)?{_AMOUNT}\s*({unit})", text, re.IGNORECASE)
        if found is None:
            continue
        amount = number_of(found.group(2))
        if amount is None or found.group(1):
            raise InvalidInput.one("sentence", f"{found.group(0)!r} is no duration", "such as `3 days`")
        lasts = (lasts or timedelta()) + one * (amount + ("半" in found.group(3)) / 2)
    return lasts


def number_of(word: str) -> float | None:
    """A number as it is written in figures or, up to 99 in Chinese and twelve in English, in words."""
    said = word.lower()
    if said in _NUMBERS or said[:1].isdigit():
        return _NUMBERS[said] if said in _NUMBERS else float(said)
    tens, ten, ones = said.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or not set(tens + ones) <= set(_DIGITS):
        return None
    return float(10 * (_DIGITS.find(tens) + 1 if tens else bool(ten)) + (_DIGITS.find(ones) + 1 if ones else 0))


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
    """The first number of pieces in a text of which times and durations were taken out; 0: there is none.

    Raises InvalidInput for a number that it doesn't know.
    """
    found = re.search(_PIECES, text)
    if found is None:
        return 0
    if found.group(1):
        return int(found.group(1).replace(",", ""))
    number = number_of(found.group(0))
    if number is None:
        raise InvalidInput.one("sentence", f"{found.group(0)!r} is no number", "a number in figures")
    return int(number)


def without_times(text: str) -> str:
    """The text without its times and durations."""
    for pattern in (*START, *END, *WISHED, _TIME, *(rf"{_AMOUNT}\s*(?:{unit})" for unit, _ in _UNITS)):
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text
