"""Checks of changeovers: what the sequence asks for is there, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.snapshot import PlacedOperation
from scheduler.verify.review import Review
from scheduler.verify.rules import Breach, Rule

Piece = tuple[int, int] | None


def check_changeover(review: Review) -> Iterator[Breach]:
    """Each piece is there if needed, as long as it takes, in working time, in order before the run."""
    for x in review.pending():
        need = review.needs[x.key]
        pieces = (
            ("dismounting", x.dismount, need.dismount_s, (x.resource_id, x.setter_id)),
            ("fetching", x.fetch, need.fetch_s, (need.fetched_from, x.setter_id)),
            ("setup", x.setup, need.setup_s, (x.resource_id, x.setter_id, x.mould_id)),
        )
        for what, piece, work, names in pieces:
            problem = _piece_problem(review, piece, work, names)
            if problem:
                yield review.breach(Rule.CHANGEOVER, x, f"{what}: {problem}", x.resource_id, x.setter_id)
        if _out_of_order(x):
            text = "changes over out of order: dismounting and fetching come first, then setup, then the run"
            yield review.breach(Rule.CHANGEOVER, x, text, x.resource_id)


def _piece_problem(review: Review, piece: Piece, work: int, names: tuple[str, ...]) -> str:
    if piece is None or piece[0] == piece[1]:
        return f"missing, {work} s are needed" if work else ""
    if not work:
        return f"not needed, and stands {review.span(piece)}"
    on = review.hours.piece(*names)
    worked = on.worked(*piece) if piece[0] < piece[1] else 0
    if worked != work:
        return f"works {worked} s, {review.span(piece)}; it takes {work} s"
    if not on.holds(piece[0]) or not on.holds(piece[1] - 1):
        return f"starts or ends off work, {review.span(piece)}"
    return ""


def _out_of_order(x: PlacedOperation) -> bool:
    setup = x.setup or (x.start_s, x.start_s)
    early = [piece[1] for piece in (x.dismount, x.fetch) if piece is not None]
    return any(end > setup[0] for end in early) or setup[1] > x.start_s


def check_mounted(review: Review) -> Iterator[Breach]:
    """The mould that comes off, and the machine that the own one is fetched from, by the sequences before."""
    for x in review.scope:
        need = review.needs[x.key]
        if x.fixed:
            continue
        if x.dismounted_mould != need.dismounted_mould and (x.dismounted_mould or need.dismount_s):
            text = f"dismounts {x.dismounted_mould or 'nothing'}, {need.dismounted_mould or 'nothing'} hangs in {x.resource_id}"  # fmt: skip  # noqa: E501
            yield review.breach(Rule.MOUNTED, x, text, x.resource_id)
        if x.fetched_from != need.fetched_from and (x.fetched_from or need.fetch_s):
            text = f"fetches {x.mould_id} from {x.fetched_from or 'nowhere'}, it hangs {'in ' + need.fetched_from if need.fetched_from else 'in no other machine'}"  # fmt: skip  # noqa: E501
            yield review.breach(Rule.MOUNTED, x, text, x.mould_id)
