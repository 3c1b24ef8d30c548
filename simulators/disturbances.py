"""What goes otherwise than planned on a shop floor: every parameter with its unit, and draws from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

from domain.calendars import Downtime
from domain.checks import check_range, from_unix
from domain.errors import InvalidInput
from domain.plant import Plant
from domain.resources import ResourceKind
from scheduler.verify.hours import Hours

SHARE_MAX = 0.95
"""However high the level, something still goes as planned."""


@dataclass(frozen=True, slots=True)
class Disturbances:
    """How often and how far a plant goes otherwise than planned.

    `level` multiplies shares and spreads and divides the intervals between events: 0 is a plant in which everything
    goes as planned, 1 is as given here.

    Shares are of all (0 to 1): `scrap_share` of the pieces made beyond the routing's own yield (mean, exponential),
    `late_start_share` of operations whose worker comes late, `absence_share` of the days of a crew or setter crew,
    `receipt_late_share` and `receipt_short_share` of receipts, `receipt_missing_share` of what a short one should have
    (mean, exponential), `carrier_late_share` of deliveries, `skipped_share` of what the floor should report.

    Spreads are standard deviations of the logarithm of actual by planned time, whose mean stays 1: `process_spread` of
    runs, `changeover_spread` of changeovers, `repair_spread` of repairs.

    Times are means, exponential unless they have a spread: `breakdown_every` working time of a machine between two
    breakdowns and `repair` calendar time of each, `crack_repair` of a mould, `late_start` and `receipt_late`,
    `carrier_late` calendar time. `crack_shots` are shots of a mould between two cracks (mean, exponential), `wear` is
    by how much a cycle gets longer per 100,000 shots since the last maintenance or repair.

    `count_every` is how often a run's pieces are counted and reported.
    """

    level: float = 1.0
    process_spread: float = 0.08
    changeover_spread: float = 0.25
    scrap_share: float = 0.02
    wear: float = 0.02
    breakdown_every: timedelta = timedelta(hours=250)
    repair: timedelta = timedelta(hours=5)
    repair_spread: float = 0.7
    crack_shots: int = 600_000
    crack_repair: timedelta = timedelta(hours=30)
    late_start_share: float = 0.15
    late_start: timedelta = timedelta(minutes=40)
    absence_share: float = 0.01
    receipt_late_share: float = 0.15
    receipt_late: timedelta = timedelta(days=1)
    receipt_short_share: float = 0.03
    receipt_missing_share: float = 0.2
    carrier_late_share: float = 0.03
    carrier_late: timedelta = timedelta(days=1)
    skipped_share: float = 0.05
    count_every: timedelta = timedelta(hours=8)

    def __post_init__(self) -> None:
        limits = {"level": 10.0, **{name: 2.0 for name in self.__slots__ if name.endswith(("_share", "_spread"))}}
        for name, most in limits.items():
            if not 0 <= getattr(self, name) <= most:
                raise InvalidInput.one(name, f"{getattr(self, name)} is out of range", f"0 to {most:g}")
        check_range("crack_shots", self.crack_shots, 1, 10**12)
        for name in ("breakdown_every", "count_every"):
            if getattr(self, name) < timedelta(minutes=1):
                raise InvalidInput.one(name, f"{getattr(self, name)} is out of range", "a minute at least")

    def share(self, name: str) -> float:
        """A share at this level, at most 0.95."""
        return min(SHARE_MAX, float(getattr(self, name)) * self.level)


class Draws:
    """Draws by what they are for: the same seed and the same names give the same draw, in whatever order and plan."""

    def __init__(self, seed: int, disturbances: Disturbances) -> None:
        self.seed, self._set = seed, disturbances

    def of(self, *names: object) -> random.Random:
        """Draws for one thing alone."""
        # A text as seed is hashed by SHA-512: the same on every machine.
        return random.Random("/".join(map(str, (self.seed, *names))))

    def factor(self, spread: str, *names: object) -> float:
        """Actual by planned time, 1 in the mean."""
        sigma = float(getattr(self._set, spread)) * self._set.level
        return _lognormal(self.of(spread, *names), sigma)

    def happens(self, share: str, *names: object) -> bool:
        """Whether that which has this share happens here."""
        return self.of(share, *names).random() < self._set.share(share)

    def lasting(self, mean: timedelta, *names: object) -> int:
        """Seconds, exponential around a mean."""
        return round(self.of("lasting", *names).expovariate(1.0) * mean.total_seconds())

    def late_start_s(self, *names: object) -> int:
        """How much later than he could somebody begins, in seconds."""
        late = self.happens("late_start_share", *names)
        return self.lasting(self._set.late_start, "late_start", *names) if late else 0

    def scrap(self, *names: object) -> float:
        """The share of pieces that are scrap beyond what was planned, at most a half."""
        mean = self._set.share("scrap_share")
        return min(0.5, self.of("scrap", *names).expovariate(1.0) * mean)

    def carrier_late_s(self, *names: object) -> int:
        """How much later than it should a delivery comes, in seconds."""
        late = self.happens("carrier_late_share", *names)
        return self.lasting(self._set.carrier_late, "carrier_late", *names) if late else 0

    def receipt_late_s(self, receipt_id: str) -> int:
        """How much later than planned a receipt comes, in seconds."""
        late = self.happens("receipt_late_share", receipt_id)
        return max(1, self.lasting(self._set.receipt_late, "receipt_late", receipt_id)) if late else 0

    def receipt_missing(self, quantity: int, receipt_id: str) -> int:
        """How many pieces a receipt is short of, at least one of it comes."""
        if quantity < 2 or not self.happens("receipt_short_share", receipt_id):
            return 0
        share = self.of("receipt_missing", receipt_id).expovariate(1.0) * self._set.receipt_missing_share
        return min(quantity - 1, max(1, round(quantity * share)))

    def receipt_rest_s(self, receipt_id: str) -> int:
        """How long after the first part the rest of a short receipt comes, in seconds."""
        return self.lasting(self._set.receipt_late, "receipt_rest", receipt_id)

    def crack_shots(self, mould_id: str, number: int) -> float:
        """Shots of a mould from one crack to its next."""
        if not self._set.level:
            return float("inf")
        drawn = self.of("crack", mould_id, number).expovariate(1.0)
        return max(1.0, drawn * self._set.crack_shots / self._set.level)

    def crack_repair_s(self, mould_id: str, number: int) -> int:
        """How long a cracked mould is away, in seconds."""
        factor = _lognormal(self.of("crack_repair", mould_id, number), self._set.repair_spread)
        return max(60, round(self._set.crack_repair.total_seconds() * factor))


def _lognormal(drawn: random.Random, sigma: float) -> float:
    return exp(drawn.gauss(0.0, 1.0) * sigma - sigma * sigma / 2) if sigma else 1.0


@dataclass(frozen=True, slots=True)
class Standstill:
    """A machine that is down or a crew that is away, in `[start_s, end_s)`, Unix seconds."""

    subject_id: str
    start_s: int
    end_s: int

    @property
    def downtime(self) -> Downtime:
        """As the domain has it."""
        return Downtime(self.subject_id, from_unix(self.start_s), from_unix(self.end_s), planned=False)


def standstills(plant: Plant, disturbances: Disturbances, draws: Draws, begin: datetime, end: datetime) -> list[Standstill]:  # fmt: skip  # noqa: E501
    """All breakdowns of machines and absences of crews between two times, by start."""
    if not disturbances.level:
        return []
    first_s, last_s = int(begin.timestamp()), int(end.timestamp())
    hours = Hours(plant, first_s, last_s)
    found: list[Standstill] = []
    for resource in plant.resources:
        if resource.kind in (ResourceKind.CREW, ResourceKind.SETTER):
            found += _absences(resource.id, hours, draws, first_s, last_s)
        else:
            found += _breakdowns(resource.id, hours, disturbances, draws, first_s, last_s)
    return sorted(found, key=lambda one: (one.start_s, one.subject_id))


def _breakdowns(
    machine_id: str, hours: Hours, disturbances: Disturbances, draws: Draws, first_s: int, last_s: int
) -> Iterator[Standstill]:
    worked = hours.piece(machine_id)
    every_s = disturbances.breakdown_every.total_seconds() / disturbances.level
    at, number = first_s, 0
    while True:
        number += 1
        wait_s = max(1, round(draws.of("breakdown", machine_id, number).expovariate(1.0) * every_s))
        if wait_s > worked.worked(at, last_s):
            return
        at = worked.finish(at, wait_s)
        factor = _lognormal(draws.of("repair", machine_id, number), disturbances.repair_spread)
        lasted = max(300, round(disturbances.repair.total_seconds() * factor))
        yield Standstill(machine_id, at, at + lasted)
        at += lasted


def _absences(crew_id: str, hours: Hours, draws: Draws, first_s: int, last_s: int) -> Iterator[Standstill]:
    for start_s, end_s in hours.piece(crew_id).windows:
        # A window that goes round the clock is taken by its eight hours.
        for at in range(max(start_s, first_s), min(end_s, last_s), 8 * 3600):
            if draws.happens("absence_share", crew_id, at):
                yield Standstill(crew_id, at, min(at + 8 * 3600, end_s))
