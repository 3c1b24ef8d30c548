"""Everything is said in both languages, with the same values in it."""

import re
from pathlib import Path
from string import Formatter

import pytest

import client
from client.catalogue import PARTS, keys, language_of, texts
from jiaoqi.v1 import (
    order_pb2,
    plan_pb2,
    plan_service_pb2,
    planner_service_pb2,
    plant_service_pb2,
    promise_pb2,
    promotion_pb2,
    rule_service_pb2,
)

SPOKEN = (
    order_pb2.ShipMode,
    promise_pb2.Outcome,
    promise_pb2.PromiseState,
    promise_pb2.Tier,
    promise_pb2.ReasonKind,
    promise_pb2.Source,
    promise_pb2.LearnedFrom,
    plant_service_pb2.LoadBand,
    promise_pb2.OptionKind,
    promise_pb2.OptionWhy,
    promise_pb2.CostKind,
    promise_pb2.RescueOutcome,
    plan_pb2.ClockMode,
    plan_pb2.MouldActivity,
    plan_pb2.EventKind,
    plan_service_pb2.DisruptionKind,
    plan_service_pb2.ProposalKind,
    plan_service_pb2.ProposalState,
    plan_service_pb2.ProgressKind,
    plan_service_pb2.ProgressOutcome,
    plan_service_pb2.DisruptionState,
    planner_service_pb2.AlertLevel,
    planner_service_pb2.AlertChange,
    planner_service_pb2.RepromiseTreatment,
    planner_service_pb2.RepromiseOutcome,
    rule_service_pb2.RuleState,
    rule_service_pb2.RuleRemark,
    rule_service_pb2.RuleStage,
    rule_service_pb2.Verdict,
    promotion_pb2.PromotionLoss,
    promotion_pb2.ReviewKind,
    promotion_pb2.ReviewState,
)


def values(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(keys()))
def test_a_text_has_both_languages_and_the_same_values(key):
    """Neither language knows more than the other."""
    chinese, english = texts(key)
    assert values(chinese) == values(english)
    assert key == "duration.join" or (chinese and english)


def test_no_text_stands_in_two_parts_of_the_catalogue():
    """One would hide the other."""
    assert len(keys()) == sum(len(part) for part in PARTS)


@pytest.mark.parametrize("schema", SPOKEN, ids=lambda schema: schema.DESCRIPTOR.name)
def test_every_word_of_the_schema_is_in_the_catalogue(schema):
    """A new state or reason can't be shown without a text."""
    assert {name for name in schema.DESCRIPTOR.values_by_name if not name.endswith("_UNSPECIFIED")} <= keys()


def test_every_key_that_the_code_says_is_there_and_none_is_left_over():
    """The catalogue and the code are about the same things."""
    folder = Path(client.__file__).parent
    others = (folder.parent / "simulators" / "drill").glob("*.py")
    code = "\n".join(p.read_text() for p in (*folder.glob("*.py"), folder.parent / "server.py", *others))
    said = set(re.findall(r'say\(\s*"([a-z_.]+)"', code))
    assert said <= keys()
    columns = {f"column.{name}" for name in re.findall(r'"[>*]?([a-z_]+)"', code)}
    free = {
        key
        for key in keys()
        if key.startswith(
            (
                "refusal.",
                "note.",
                "duration.",
                "field.",
                "picture.",
                "notice.",
                "setting.",
                "value.",
                "held.",
                "drill.",
                "option.OPTION_KIND_",
                "left_out.",
                "typer.",
                "refused.",
                "thing.",
                "standing.",
                "why.",
                "wrong.",
                "noun.",
            )
        )
    }
    spoken = {name for schema in SPOKEN for name in schema.DESCRIPTOR.values_by_name}
    # A key may be chosen first and said afterwards.
    assert {key for key in keys() - said - columns - free - spoken if f'"{key}"' not in code} == set()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE", "JIAOQI_LANG": "zh"}, "zh"),
    ],
)
def test_the_language_is_the_environments(environment, language):
    """Chinese where the environment says so, English elsewhere."""
    assert language_of(environment) == language
