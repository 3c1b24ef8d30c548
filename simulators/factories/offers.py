"""Promotions as salespeople know them, and the same as the table that the desk reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from simulators.demand_profile import Offer

HEADER = ("id", "gives", "amount", "rate", "channels", "least_amount", "base", "group", "stacking")
GROUP = "one-of-all"
"""An order has one of them."""
FEN = 100


def promotions(offers: Sequence[Offer]) -> str:
    """The table: one row for each offer, of which an order has the best one."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for offer in offers:
        gives = ("minus", _yuan(offer.minus_fen), "") if offer.minus_fen else ("percent", "", f"{offer.percent}%")
        writer.writerow((offer.id, *gives, offer.channel_id, _yuan(offer.least_fen), "list", GROUP, "yes"))
    return text.getvalue()


def _yuan(fen: int) -> str:
    return f"{fen // FEN}.{fen % FEN:02}"
