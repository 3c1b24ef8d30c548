"""What orders have of promotions, in words."""

from zoneinfo import ZoneInfo

from client.catalogue import use_language
from client.promotion_words import promotions_in_words
from jiaoqi.v1 import promise_pb2, promotion_pb2


def test_what_a_cancelled_order_had_is_told_as_given_back():
    """Of two lines both are gone; while one stands, the order has its promotions."""
    use_language("en")
    gone = promise_pb2.LinePromise(line_no=1, state=promise_pb2.PROMISE_STATE_CANCELLED)
    stands = promise_pb2.LinePromise(line_no=2, state=promise_pb2.PROMISE_STATE_CONFIRMED)
    granted = promotion_pb2.GrantedPromotion(promotion_id="SALE", discount_fen=2_080)
    for lines, said in (
        ([gone], "promotion SALE: 20.80 off (given back)"),
        ([gone, stands], "promotion SALE: 20.80 off"),
    ):
        promise = promise_pb2.Promise(lines=lines, granted_promotions=[granted])
        assert list(promotions_in_words(promise, ZoneInfo("Asia/Shanghai"))) == [said]
