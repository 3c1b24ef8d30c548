"""Who asks for options gets them with the answer, and nobody else does."""

from datetime import UTC, timedelta

from jiaoqi.v1 import promise_pb2
from tests.wire.conftest import MONDAY
from tests.wire.test_plant_service import order

NIGHT = MONDAY + timedelta(hours=12)


def options_of(answer):
    """Kinds and parts, the hours counted from Monday at eight."""
    hour = timedelta(hours=1)
    return [
        (
            promise_pb2.OptionKind.Name(option.kind),
            [(part.quantity, (part.promised_time.ToDatetime(UTC) - MONDAY) / hour) for part in option.parts],
        )
        for option in answer.promise.lines[0].options
    ]


def test_a_quote_and_a_promise_carry_options_by_field_mask(still):
    """2,400 caps by Monday night: 1,440 of them are had by then; the cost of the delay has no rate."""
    expected = [
        ("OPTION_KIND_SPLIT", [(960, 32), (1440, 12)]),
        ("OPTION_KIND_WHOLE", [(2400, 32)]),
    ]
    with still.client() as client:
        asked = order("PO-1", quantity=2400, by=NIGHT)
        assert options_of(client.quote(asked)) == []
        quoted = client.quote(asked, parts=["options"])
        assert options_of(quoted) == expected
        (cost,) = quoted.promise.lines[0].options[0].costs
        assert (cost.kind, cost.duration.ToTimedelta(), cost.HasField("cost_fen")) == (
            promise_pb2.COST_KIND_DELAY, timedelta(hours=20), False,
        )  # fmt: skip
        assert options_of(client.promise(asked, request_id="r-1", parts=["reasons", "options"])) == expected
        assert options_of(client.promise(asked, request_id="r-1")) == []
        assert options_of(client.get_order("PO-1")) == []
        assert options_of(client.get_order("PO-1", parts=["options"])) == expected
