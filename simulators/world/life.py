"""One life of a desk: a seed, so many days, and what must hold; a life that breaks is lived again with fewer steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from domain.errors import DeskStopped
from domain.values import replace
from promising.disruption_requests import CloseReport, DisruptionAsk, Repaired
from simulators.world.broken import Broken
from simulators.world.faults import FAULTS, POWER, WriteFault
from simulators.world.house import House
from simulators.world.policy import Policy
from simulators.world.shop import MONDAY, shop
from simulators.world.steps import RULED, SEVERAL, WEIGHTS, Steps
from simulators.world.truths import Truths

FAULT_SHARE = 0.15
"""Of the steps, those whose commit goes wrong."""
PER_DAY = 6
"""Steps of a day, besides the time that passes after each."""
HABITS, HABITUAL = 4, 6
"""Of a life with habits, kinds of steps that come more often, and how many times as often."""
FLAGS = ("habits", "rules", "power", "planners")
"""What a life may have beside its seed."""
ROUNDS = 4
"""How often shrinking goes through the steps that are left."""
AFTERWARDS = timedelta(days=120)
"""In this time after the last fault everything must have come to its end."""


@dataclass(frozen=True, slots=True)
class Life:
    """`days` of a seed, without the steps of these numbers.

    `rules`: the desk decides by rules and promotions, whose owner changes them. `power`: the machine may lose its power
    while it writes. `planners`: there are several, who act on what they saw before, and searches that lie invent what
    they don't find. `habits`: a few kinds of steps, drawn by the seed, come far more often. What takes many of a kind
    is met sooner so than where all lives are alike (Groce and others, "Swarm Testing", 2012).
    """

    seed: int
    days: int
    without: frozenset[int] = frozenset()
    habits: bool = False
    rules: bool = False
    power: bool = False
    planners: bool = False

    @property
    def steps(self) -> Iterator[tuple[int, str]]:
        """Numbers and names."""
        known = {**WEIGHTS, **(RULED if self.rules else {}), **(SEVERAL if self.planners else {})}
        names = list(known)
        liked = Random(f"{self.seed}/habits").sample(names, HABITS) if self.habits else ()
        weights = [weight * (HABITUAL if name in liked else 1) for name, weight in known.items()]
        for number in range(self.days * PER_DAY * 2):
            chance = Random(f"{self.seed}/{number}/which")
            name = "pass_time" if number % 2 else chance.choices(names, weights)[0]
            if number not in self.without:
                yield number, name


@dataclass(frozen=True, slots=True)
class End:
    """How a life ended: `why` is empty where everything held; else the number and name of the step that broke it."""

    life: Life
    why: str = ""
    number: int = -1
    step: str = ""

    def __str__(self) -> str:
        if not self.why:
            return f"seed {self.life.seed}: {self.life.days} days, all held"
        without = ",".join(map(str, sorted(self.life.without)))
        again = f"python -m simulators.world --seed {self.life.seed} --days {self.life.days}"
        again += "".join(f" --{name}" for name in FLAGS if getattr(self.life, name))
        return f"seed {self.life.seed} broke at step {self.number} ({self.step}): {self.why}\nagain: {again}" + (
            f" --without {without}" if without else ""
        )


def live(life: Life) -> End:
    """Live it to its end, or to the first thing that doesn't hold."""
    with TemporaryDirectory() as folder:
        policy = Policy() if life.rules else None
        house = House(Path(folder, "plant.sqlite"), life.seed, policy, inventive=life.planners)
        try:
            return _lived(life, house, Truths(policy))
        finally:
            house.close()


def _lived(life: Life, house: House, truths: Truths) -> End:
    for row in shop().on_hand:
        truths.counted(row.item_id, row.quantity, MONDAY)
    steps, number, name = Steps(house, truths), -1, "open"
    faults = (*FAULTS, *POWER) if life.power else FAULTS
    try:
        for number, name in life.steps:
            chance = Random(f"{life.seed}/{number}")
            fault = chance.choice(faults) if chance.random() < FAULT_SHARE else WriteFault.NONE
            steps.do(name, number, chance, fault)
            truths.hold(house.desk)
            if number % 40 == 0:
                truths.settled(house.desk)
        name = "afterwards"
        _afterwards(house, truths)
    except Broken as broken:
        return End(life, str(broken), number, name)
    except Exception as error:  # Whatever the desk raises that it doesn't promise to is a finding, too.
        return End(life, f"{type(error).__name__}: {error}", number, name)
    return End(life)


def _afterwards(house: House, truths: Truths) -> None:
    """No faults any more: the desk runs, nothing waits, every hold has come to its end, and the plan is done."""
    if house.desk.status().why:
        house.crash()
    for report in house.desk.disruptions():
        with suppress(DeskStopped):
            house.call(lambda report=report: _closed(house, report.id))  # type: ignore[misc]
    end = house.now + AFTERWARDS
    house.call(lambda: house.desk.set_clock(end, caller="planner"))
    truths.hold(house.desk)
    status = house.desk.status()
    if not status.running or status.queue:
        raise Broken(f"it does not run on: {status}")
    waiting = [row.order_id for row in house.desk.schedule() if row.start > house.now]
    held = [one.order.id for one in house.desk.list_orders(10**6)[0] if one.hold is not None]
    if waiting or held:
        raise Broken(f"{AFTERWARDS.days} days later {waiting[:3]} wait and {held[:3]} are held")


def _closed(house: House, disruption_id: str) -> Repaired:
    return house.desk.disrupt(DisruptionAsk(CloseReport(disruption_id), f"end-{disruption_id}", "floor"))


def shrunk(end: End) -> End:
    """The same fault with as few steps as leaving them out in halves, quarters and so on comes to."""
    best = end
    for _ in range(ROUNDS):
        kept = [number for number, _ in best.life.steps if number <= best.number]
        size, better = max(1, len(kept) // 2), False
        while size:
            for first in range(0, len(kept), size):
                out = frozenset(kept[first : first + size])
                tried = _without(best, out)
                if tried is not None:
                    best, better = tried, True
                    kept = [number for number in kept if number not in out]
                    break
            else:
                size //= 2
        if not better:
            break
    return best


def _without(end: End, out: Collection[int]) -> End | None:
    """The end without some steps; None where nothing breaks then."""
    later = {number for number, _ in end.life.steps if number > end.number}
    tried = live(replace(end.life, without=end.life.without | frozenset(out) | later))
    return tried if tried.why else None
