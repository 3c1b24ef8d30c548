"""Buffers learned: from what the desk's own orders came to, or from a history that is brought."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from domain.calibration import Calibration, ExecutedLine, learned
from domain.checks import from_unix
from domain.errors import DeskStopped, InvalidInput, NotFound, RequestIdReused
from domain.promises import EventKind
from domain.values import replace
from promising.batch import Batch
from promising.calibration_documents import calibration_from_json, calibration_to_json
from promising.executed import executed
from promising.ports import FeedRecord, RequestKey
from promising.standing import NO_PLANT, Standing

LINES_MAX = 50_000
"""Executed lines that may be brought at once."""


class CalibrateAsk(Struct, frozen=True):
    """Learn from these lines, or (None) from the orders that were closed at this desk."""

    request_id: str
    caller: str = ""
    lines: tuple[ExecutedLine, ...] | None = None
    reason: str = ""
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        if self.lines is not None and not 1 <= len(self.lines) <= LINES_MAX:
            raise InvalidInput.one(
                "lines", f"{len(self.lines)} lines", f"1 to {LINES_MAX}, or none to learn from the orders"
            )


class Calibrating:
    """`follow` lets the holds go that have run out."""

    def __init__(self, stands: Standing, follow: Callable[[], None]) -> None:
        self._stands = stands
        self._follow = follow

    def learn(self, ask: CalibrateAsk) -> Calibration:
        """What would be learned, without a version; on the caller's thread, for the orders may be many.

        Raises DeskStopped without a plant, InvalidInput where there is nothing to learn from.
        """
        plant = self._stands.plant
        if plant is None:
            raise DeskStopped(NO_PLANT)
        lines, left_out = ask.lines, dict[str, int]()
        if lines is None:
            found, left_out = executed(self._stands.book.closed(), plant)
            lines = tuple(found)
        if not lines:
            told = "; ".join(f"{count} {why}" for why, count in sorted(left_out.items())) or "none was closed"
            raise InvalidInput.one("lines", f"no order teaches anything: {told}", "orders that were made and closed")
        return learned(lines, 0, from_unix(0), ask.caller, left_out)

    def apply(self, ask: CalibrateAsk, content: bytes, made: Calibration) -> Calibration:
        """Give what was learned a version, commit it, promise by it; on the writer's thread.

        Raises RequestIdReused, DeskStopped.
        """
        stands = self._stands
        key = RequestKey(ask.caller, ask.request_id)
        known = stands.store.feed(key)
        if known is not None:
            if known.digest != content:
                raise RequestIdReused(ask.request_id)
            return calibration_from_json(known.changes[0])
        if stands.book.requests([key]):
            raise RequestIdReused(ask.request_id)
        self._follow()
        if stands.halted:
            raise DeskStopped(stands.halted)
        now_s = stands.plant_clock.now_s()
        version = 1 if stands.calibration is None else stands.calibration.version + 1
        made = replace(made, version=version, learned_at=from_unix(now_s))
        if ask.validate_only:
            return replace(made, version=0)
        batch = Batch(stands.book, from_unix(now_s), int(stands.clock.unix()))
        batch.note(
            EventKind.CALIBRATED, f"{ask.caller} {ask.request_id}".strip(), reason=ask.reason,
            plan_version=stands.plan_version, detail=f"version {version} of {made.count} lines",
        )  # fmt: skip
        batch.writing.calibration = made
        batch.writing.feeds = [FeedRecord(key, content, (calibration_to_json(made),), batch.writing.written_s)]
        stands.store.commit(batch.writing)
        stands.calibrate(made)
        batch.publish()
        return made

    def known(self, version: int = 0) -> list[Calibration]:
        """All that are kept, the newest first, or only that of a version. Raises NotFound."""
        found = self._stands.store.calibrations()
        if not version:
            return found
        found = [each for each in found if each.version == version]
        if not found:
            raise NotFound("calibration", str(version))
        return found
