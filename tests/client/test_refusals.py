"""What the server refuses is said in Chinese, too."""

import ast
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import promising
import wire
from client.catalogue import keys, texts, use_language
from client.errors import CallError, FieldError
from client.refusals import failure_in_words, refusal
from domain import errors
from promising.plant_clock import UNSET
from promising.standing import NO_PLANT
from wire.errors import PermissionDenied, Unauthenticated

ONE_OF_EACH = (
    errors.NotFound("order", "R-9"),
    errors.AlreadyExists("order", "R-9"),
    errors.RequestIdReused("r-1"),
    errors.StaleEtag("D-1", "1", "2", "disruption"),
    errors.WrongState("order", "R-9", "held", "confirm it or release it first"),
    errors.ReviewerNeeded("R-9", "ann", ["credit"], ["reviewer"]),
    errors.PlannerNeeded("ann", ["R-1/1"], ["planner"]),
    errors.PlanChanged(3, 4),
    errors.WouldBreakReservations(["R-1/1"]),
    errors.CannotMoveWork("R-1/1/mould", "it would have no place", datetime(2026, 3, 2, tzinfo=UTC)),
    errors.WouldBreakPromises(["R-1/1"], 0),
    errors.ProposalOutdated("P-1", ["R-1/1"], []),
    errors.ReplanFailed("its process died"),
    errors.Overloaded("the desk's queue", timedelta(seconds=1)),
    errors.DeadlineExpired(),
    errors.DeskStopped(NO_PLANT),
    Unauthenticated(),
    PermissionDenied("Promise", ["sales"], "ann", ["planner"]),
)
IN_BOTH = (errors.InvalidInput, errors.RulesRefused, errors.NewerStore)
"""Told field by field, in both languages already, or before there is a server."""


def classes(of=errors.JiaoqiError):
    for one in of.__subclasses__():
        yield one
        yield from classes(one)


def told(error):
    """The error as the command line gets it."""
    found = CallError.__new__(CallError)
    found.message, found.reason = str(error), error.reason
    found.metadata, found.fields, found.retry_after_s = error.details(), [], None
    return found


@pytest.fixture(autouse=True)
def chinese():
    use_language("zh")
    yield
    use_language("en")


def test_every_refusal_has_an_example_here():
    """A new class of errors needs a text."""
    ours = {one for one in classes() if one.__module__.split(".")[0] in ("domain", "wire")}
    assert {type(error) for error in ONE_OF_EACH} == ours - set(IN_BOTH)


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
def test_a_refusal_is_said_in_both_languages(error):
    """With everything that it is about, and no English around it."""
    said = refusal(told(error))
    free = [value for key, value in error.details().items() if key in ("name", "request_id", "caller", "needed")]
    for value in sorted(free, key=len, reverse=True):
        said = said.replace(value, "")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said)
    for word in ("etag", "--token", "JIAOQI_TOKEN", "2026-03-02T00:00:00+00:00"):
        said = said.replace(word, "")
    assert not set(said) & set(string.ascii_letters)
    use_language("en")
    assert refusal(told(error)) == str(error)


def test_what_it_is_about_stands_in_it():
    assert refusal(told(ONE_OF_EACH[0])) == "没有订单 R-9"
    assert refusal(told(ONE_OF_EACH[3])) == "异常 D-1 已被改动(现为 etag 2,而不是 1):请重新读取"
    assert refusal(told(ONE_OF_EACH[4])) == "订单 R-9 尚为保留:请先确认或放弃"
    assert refusal(told(ONE_OF_EACH[9])) == "R-1/1/mould 不能这样移动:将没有位置;最早 2026-03-02T00:00:00+00:00"


def test_an_older_server_that_tells_less_is_quoted():
    error = told(ONE_OF_EACH[4])
    del error.metadata["problem"]
    assert refusal(error) == error.message


def test_several_wrong_fields_are_counted_and_a_single_one_is_told():
    """The fields are listed below the title."""
    error = told(errors.InvalidInput([errors.Violation("a", "is missing"), errors.Violation("b", "is given", "empty")]))
    error.fields = [FieldError("a", "is missing"), FieldError("b", "is given (allowed: empty)")]
    assert refusal(error) == "有 2 处不对"
    error.fields = error.fields[1:]
    assert refusal(error) == "b:不应填写(允许:空)"


def test_one_of_many_requests_is_told_by_its_message_alone():
    """As for an order of a file."""
    for error, said in (
        (errors.AlreadyExists("order", "R-9"), "订单 R-9 已存在,内容不同"),
        (errors.DeskStopped(NO_PLANT), "现在不做决定:尚未导入工厂"),
        (errors.DeadlineExpired(), "在决定之前已过时限,没有做出任何决定"),
    ):
        assert failure_in_words(error.reason, str(error)) == said
    assert failure_in_words("DESK_STOPPED", "the desk went home") == "the desk went home"
    use_language("en")
    assert failure_in_words("ALREADY_EXISTS", "order 'R-9' exists") == "order 'R-9' exists"


def test_a_name_that_is_a_word_stays_a_name():
    """An order may be called anything."""
    assert refusal(told(errors.NotFound("order", "empty"))) == "没有订单 empty"


def said_words(name):
    """Constant words that the program gives to errors of a class, by their place."""
    found = set()
    for folder in (promising, wire):
        for path in Path(folder.__file__).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    words = [*node.args, *(word.value for word in node.keywords)]
                    found |= {
                        (place, word.value)
                        for place, word in enumerate(words)
                        if isinstance(word, ast.Constant) and word.value
                    }
    return found


def test_all_words_that_the_program_gives_to_its_errors_have_a_text():
    """A kind, a state or a reason that is new is missing here."""
    why = {texts(key)[1] for key in keys() if key.startswith("why.")}
    kinds = {
        word
        for name in ("NotFound", "AlreadyExists", "WrongState", "Overloaded")
        for at, word in said_words(name)
        if at == 0
    }
    assert {"order", "the desk's queue", "rules"} <= kinds
    assert {f"thing.{kind}" for kind in kinds} <= keys()
    states = {word for at, word in said_words("WrongState") if at == 2}
    assert "begun" in states
    assert {f"standing.{state}" for state in states} <= keys()
    problems = {word for at, word in said_words("WrongState") if at == 3}
    problems |= {word for name in ("DeskStopped", "ReplanFailed") for _, word in said_words(name)}
    assert len(problems) > 20
    assert problems | {NO_PLANT, UNSET} <= why


def test_the_command_line_says_so(jiaoqi):
    """The same refusal in both languages."""
    assert jiaoqi("order", "show", "R-9", "--lang", "zh").err == "被拒绝:没有订单 R-9\n"
    assert jiaoqi("order", "show", "R-9", "--lang", "en").err == "Refused: no order 'R-9'\n"


def test_times_in_a_refusal_are_the_plants(jiaoqi):
    """As they were typed, and not eight hours before as UTC has them; programs get these."""
    words = ("plan", "down", "M1", "--from", "2025-01-07 10:00", "--expected", "2026-03-05 10:00")
    for lang in ("en", "zh"):
        told = jiaoqi(*words, "--lang", lang)
        assert told.status == 1
        assert "2025-01-07 10:00" in told.err
        assert "+00:00" not in told.err
    assert "2025-01-07T02:00:00+00:00" in jiaoqi(*words, "--json").err
