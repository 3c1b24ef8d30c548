"""What goes into a line and what is delivered for it, in words of both languages."""

from zoneinfo import ZoneInfo

import pytest

from client.catalogue import use_language
from client.words import line_in_words
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
