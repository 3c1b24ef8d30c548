"""Everything the command line says, in Chinese and English; data passes through untouched."""

from __future__ import annotations

import os
from collections.abc import Mapping

from client.catalogue import (
    answers,
    calibration,
    commands,
    disruptions,
    drill,
    hand,
    mistakes,
    package,
    picture,
    proposals,
    refusals,
    reviews,
    rules,
    schema,
    screen,
    server,
    wrong_files,
    wrong_plant,
    wrong_requests,
    wrong_work,
)
from client.catalogue.texts import Texts

LANGUAGES = ("zh", "en")

PARTS = tuple(
    part.TEXTS
    for part in (
        commands, screen, mistakes, schema, answers, picture, package, server, disruptions, rules, hand, reviews,
        proposals, drill, calibration, refusals, wrong_files, wrong_plant, wrong_requests, wrong_work,
    )
)  # fmt: skip
_TEXTS: Texts = {key: texts for part in PARTS for key, texts in part.items()}

_language = "en"


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that an environment asks for: Chinese or English."""
    for name in ("JIAOQI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


def use_language(language: str = "") -> None:
    """Say everything from now on in a language; empty stands for the environment's."""
    global _language
    _language = language if language in LANGUAGES else language_of(os.environ)


def language() -> str:
    """Return the language that everything is said in."""
    return _language


def say(key: str, **values: object) -> str:
    """Return a text of the catalogue with the values put in."""
    return _TEXTS[key][LANGUAGES.index(_language)].format(**values)


def known(key: str) -> bool:
    """Whether the catalogue has a text; codes of newer servers and words of people it doesn't have."""
    return key in _TEXTS


def keys() -> frozenset[str]:
    """Return all keys of the catalogue."""
    return frozenset(_TEXTS)


def texts(key: str) -> tuple[str, str]:
    """Return a text in both languages, without values."""
    return _TEXTS[key]
