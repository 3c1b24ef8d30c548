"""What goes into a line and what is delivered for it, in words of both languages."""

from zoneinfo import ZoneInfo

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import use_language
from client.words import line_in_words, missing_option_in_words, option_details
from jiaoqi.v1 import promise_pb2 as pb

ZONE = ZoneInfo("Asia/Shanghai")
BOLTS = pb.KitPart(item_id="bolt", quantity=1200, source=pb.SOURCE_STOCK, stands_for_item_id="screw")
SHADES = pb.KitPart(item_id="shade", quantity=30, source=pb.SOURCE_SURPLUS, receipt_id="lot:7")
SHADES.available_time.FromSeconds(1_772_427_600)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "1,200 of vase will be delivered instead; kit: 1,200 of bolt from stock (instead of screw); "
            "30 of shade that lot:7 makes beyond its need, 2026-03-02 13:00",
        ),
        ("zh", "改交 vase,1,200 件;配套:bolt 1,200:库存(代替 screw);shade 30:lot:7 批的余量(2026-03-02 13:00)"),
    ],
)
def test_a_line_tells_what_stands_in_and_what_is_delivered(language: str, said: str) -> None:
    """A vase for the lamp, bolts for the screws, shades left over."""
    line = pb.LinePromise(delivered_item_id="vase", delivered_quantity=1200, kit=[BOLTS, SHADES])
    use_language(language)
    assert line_in_words(line, ZONE) == said


def test_a_line_tells_how_many_are_delivered_where_that_is_another_quantity() -> None:
    """4,950 of 5,000."""
    use_language("en")
    assert line_in_words(pb.LinePromise(delivered_quantity=4950), ZONE) == "4,950 will be delivered"


def _time(seconds: int) -> Timestamp:
    return Timestamp(seconds=1_772_427_600 + seconds)


DISPLACED = pb.DisplacedLine(
    order_id="SO-4", line_no=1, customer_id="ACME", priority=7, promised_time=_time(0),
    expected_before_time=_time(0), expected_time=_time(7200),
)  # fmt: skip
OPTION = pb.Option(
    kind=pb.OPTION_KIND_DISPLACE,
    displaced=[DISPLACED],
    displaced_count=3,
    hours=[pb.ExtraHours(resource_id="A", start_time=_time(0), end_time=_time(3600))],
    modes=[pb.ChosenMode(operation_id="cut", mode_id="on-B", resource_id="B", mould_id="CAP")],
    moves=[
        pb.Move(
            order_id="Y",
            line_no=1,
            operation_id="cut",
            resource_before_id="A",
            start_before_time=_time(0),
            resource_after_id="B",
            start_after_time=_time(3600),
        )
    ],
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "    SO-4 line 1 (ACME, priority 7): 2026-03-02 13:00 → 2026-03-02 15:00, promised 2026-03-02 13:00: "
                "breaks",
                "    2 more lines are later",
                "    overtime: A, 2026-03-02 13:00 to 2026-03-02 14:00",
                "    cut: B with CAP, mode on-B",
                "    Y line 1 cut: A 2026-03-02 13:00 → B 2026-03-02 14:00",
            ],
        ),
        (
            "zh",
            [
                "    SO-4 第 1 行(ACME,优先级 7):2026-03-02 13:00 → 2026-03-02 15:00,承诺 2026-03-02 13:00 失守",
                "    另有 2 行推迟",
                "    加班:A,2026-03-02 13:00 至 2026-03-02 14:00",
                "    cut:B,模具 CAP(方式 on-B)",
                "    Y 第 1 行 cut:A 2026-03-02 13:00 → B 2026-03-02 14:00",
            ],
        ),
    ],
)
def test_an_option_tells_what_it_does_besides(language: str, said: list[str]) -> None:
    """Who is later and whether his promise breaks, the shift, the machine, and what moves."""
    use_language(language)
    assert list(option_details(OPTION, ZONE)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "No overtime: all that is tried was tried, none is in time",
                "No overtime: out of time, there may be one",
            ],
        ),
        ("zh", ["无加班方案:可试的都试过,均不能按期", "无加班方案:时间已到,没有找完"]),
    ],
)
def test_a_kind_that_there_is_none_of_tells_why(language: str, said: list[str]) -> None:
    """Out of time is not none."""
    use_language(language)
    kind = pb.OPTION_KIND_OVERTIME
    assert [missing_option_in_words(pb.OptionSearch(kind=kind, why=why)) for why in (1, 4)] == said


@pytest.mark.parametrize("kind", [number for number in pb.OptionKind.values() if number])
def test_each_kind_has_a_name_where_there_is_none_of_it(kind: int) -> None:
    """In both languages."""
    for language in ("zh", "en"):
        use_language(language)
        assert "option." not in missing_option_in_words(pb.OptionSearch(kind=kind, why=pb.OPTION_WHY_BUSY))
