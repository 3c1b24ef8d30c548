"""`plant.toml`: the plant's own figures."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import timedelta
from enum import StrEnum
from typing import Any

from domain.calibration import LEVELS, BufferPolicy
from domain.errors import InvalidInput
from domain.plant import MOST_TOLERATED_FEN, ClockMode, PlantSettings
from promising.plant_files.cells import BadCell, duration_from_text, duration_to_text
from promising.plant_files.sheets import Mistakes, nearest
from promising.plant_files.tables import SETTINGS_FILE

_TEXTS = ("id", "zone", "currency")
_DURATIONS = ("frozen_zone", "release_lead", "buffer", "promise_grid", "earliness_limit", "horizon")
_NUMBERS = {
    "receipt_confidence_percent": "0 to 100",
    "buffer_level_percent": ", ".join(map(str, LEVELS)),
    "discount_tolerance_fen": f"0 to {MOST_TOLERATED_FEN}",
}
_WORDS: dict[str, type[StrEnum]] = {"clock": ClockMode, "buffer_policy": BufferPolicy}
_NEWER = {"buffer_policy": BufferPolicy.FIXED, "buffer_level_percent": 80, "discount_tolerance_fen": 500}
KEYS = (*_TEXTS, "clock", *_DURATIONS, "receipt_confidence_percent", *_NEWER)
REQUIRED_KEYS = ("id", "zone")
_STAND_IN = {"id": "-", "zone": "UTC"}


def read_settings(content: bytes | None, mistakes: Mistakes) -> PlantSettings:
    """Read the settings; what is wrong is noted and stands at its default in the result."""
    values: dict[str, Any] = dict(_STAND_IN)
    if content is None:
        mistakes.add(SETTINGS_FILE, "the file is missing", f"keys {', '.join(KEYS)}")
        return PlantSettings(**values)
    try:
        text = content.decode("utf-8-sig")
        given = tomllib.loads(text.replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        mistakes.add(f"{SETTINGS_FILE}:{line}:", f"byte {content[error.start]:#04x} is not UTF-8", "UTF-8")
        return PlantSettings(**values)
    except (ValueError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        mistakes.add(f"{SETTINGS_FILE}:{found[1] if found else 1}:", f"not TOML: {error}", 'lines key = "value"')
        return PlantSettings(**values)
    for key in REQUIRED_KEYS:
        if key not in given:
            mistakes.add(f"{SETTINGS_FILE}:1:{key}", "the key is missing", "a text")
    for key, value in given.items():
        try:
            values[key] = _value(key, value)
        except BadCell as error:
            mistakes.add(_path(text, key), error.problem, error.allowed)
    return _settings(text, {key: value for key, value in values.items() if key in KEYS}, mistakes)


def _path(text: str, key: str) -> str:
    found = re.search(rf'^\s*[\["\']*{re.escape(key)}\b', text, re.MULTILINE)
    line = text.count("\n", 0, found.end()) + 1 if found else 1
    return f"{SETTINGS_FILE}:{line}:{key}"


def _value(key: str, value: Any) -> Any:
    if key not in KEYS:
        raise BadCell(f"unknown key {key!r}", nearest(key, KEYS))
    if key in _NUMBERS:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadCell(f"{value!r} is not a whole number", _NUMBERS[key])
        return value
    if not isinstance(value, str):
        raise BadCell(f"{value!r} is not a text", 'a text in quotes, like "8h"')
    if key in _DURATIONS:
        return duration_from_text(value)
    if key in _WORDS:
        try:
            return _WORDS[key](value)
        except ValueError:
            raise BadCell(f"{value!r} is unknown", ", ".join(_WORDS[key])) from None
    return value


def _settings(text: str, values: dict[str, Any], mistakes: Mistakes) -> PlantSettings:
    while True:
        try:
            return PlantSettings(**values)
        except InvalidInput as error:
            for violation in error.violations:
                key = violation.field
                mistakes.add(_path(text, key), violation.problem, violation.allowed)
                values.pop(key)
                if key in _STAND_IN:
                    values[key] = _STAND_IN[key]


def setting_text(settings: PlantSettings, key: str) -> str:
    """The figure as it stands in the file; empty where it is not set."""
    value = getattr(settings, key)
    if value is None:
        return ""
    return duration_to_text(value) if isinstance(value, timedelta) else str(value)


def write_settings(settings: PlantSettings) -> bytes:
    """Write every key but a limit on earliness that is not set, and what older files don't know at its default."""
    lines = []
    for key in KEYS:
        if key in _NEWER and getattr(settings, key) == _NEWER[key]:
            continue
        text = setting_text(settings, key)
        if isinstance(getattr(settings, key), int):
            lines.append(f"{key} = {text}\n")
        elif text:
            lines.append(f"{key} = {json.dumps(text, ensure_ascii=False)}\n")
    return "".join(lines).encode()
