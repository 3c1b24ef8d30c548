"""The task package of an order: all that the shop floor needs to carry it out, line by line and lot by lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from domain.documents import Document
from domain.items import Item, Mode, Routing, RoutingOperation
from domain.plant import Plant
from domain.promises import ChainStep, KitPart, LinePromise, MaterialReservation, Promise, Reservation, Source
from domain.resources import Mould


class PackageMode(Struct, frozen=True):
    """One way to do a step: `work` is how long the run of the lot takes, changeover and pauses left out."""

    mode: Mode
    work: timedelta
    shots: int = 0


class PackageStep(Struct, frozen=True):
    """A step of a lot's routing: what it follows, how it can be done, and its place in the plan.

    `planned` is None for a plain lag, and for work that is no longer in the plan.
    """

    operation: RoutingOperation
    after: tuple[str, ...]
    modes: tuple[PackageMode, ...]
    planned: ChainStep | None


class PackageMaterial(Struct, frozen=True):
    """What goes into a lot: millionths of a unit for one piece, and where the lot has it from.

    `per_piece_micro` is 0 for what the bill of material doesn't name, such as a substitute.
    """

    item: Item
    per_piece_micro: int
    supplies: tuple[KitPart, ...]


class PackageLot(Struct, frozen=True):
    """What is made of one item for a line; `into` is the lot that it goes into, 0 the line itself."""

    key: int
    into: int
    item: Item
    quantity: int
    routing: Routing
    steps: tuple[PackageStep, ...]
    materials: tuple[PackageMaterial, ...]


class PackageLine(Struct, frozen=True):
    """A line with its lots, those that go into others first, and what is delivered as it is."""

    promise: LinePromise
    item: Item
    lots: tuple[PackageLot, ...]
    delivered: tuple[KitPart, ...]


class TaskPackage(Struct, frozen=True):
    """Everything for one order: moulds and papers are named once, whatever they are needed for."""

    promise: Promise
    customer_name: str
    lines: tuple[PackageLine, ...]
    moulds: tuple[Mould, ...]
    documents: tuple[tuple[str, Document], ...]
    """Each with what it belongs to; empty: the order."""


def package_of(
    plant: Plant, promise: Promise, chain: Sequence[ChainStep], pegs: Iterable[MaterialReservation]
) -> TaskPackage:
    """The package of an order from the plant, the plan and the material it holds."""
    held = list(pegs)
    lines = tuple(_line(plant, line, chain, held) for line in promise.lines if line.item_id in plant.item_by_id)
    moulds = dict.fromkeys(
        mode.mode.mould_id for line in lines for lot in line.lots for step in lot.steps for mode in step.modes
    )
    customer = plant.customer_by_id.get(promise.order.customer_id)
    return TaskPackage(
        promise,
        "" if customer is None else customer.name,
        lines,
        tuple(plant.mould_by_id[mould_id] for mould_id in moulds if mould_id in plant.mould_by_id),
        (*(("", document) for document in promise.order.documents), *_documents(plant, lines)),
    )


def _line(
    plant: Plant, line: LinePromise, chain: Sequence[ChainStep], pegs: Sequence[MaterialReservation]
) -> PackageLine:
    lots: dict[int, list[ChainStep]] = {}
    for step in chain:
        if step.reservation.line_no == line.line_no:
            lots.setdefault(step.reservation.lot, []).append(step)
    mine = [peg for peg in pegs if peg.line_no == line.line_no]
    made = {key: steps[0].reservation for key, steps in lots.items()}
    found = []
    for key, steps in lots.items():
        into = [
            KitPart(lot.item_id, lot.quantity, Source.MAKE, made[key].item_id, _end(lots[other]))
            for other, lot in made.items()
            if lot.into == key
        ]
        found.append(_lot(plant, key, steps, [*into, *(_part(peg, made) for peg in mine if peg.lot == key)]))
    return PackageLine(
        line, plant.item_by_id[line.item_id], tuple(found), tuple(_part(peg, made) for peg in mine if not peg.lot)
    )


def _lot(plant: Plant, key: int, steps: Sequence[ChainStep], supplies: Sequence[KitPart]) -> PackageLot:
    first = steps[0].reservation
    item = plant.item_by_id[first.item_id]
    routing = plant.routing_by_id[item.routing_id]
    planned = {step.reservation.operation_id: step for step in steps}
    return PackageLot(
        key,
        first.into,
        item,
        first.quantity,
        routing,
        tuple(
            PackageStep(
                operation,
                tuple(link.from_id for link in routing.links if link.to_id == operation.id),
                tuple(_mode(plant, mode, first.quantity) for mode in operation.modes),
                planned.get(operation.id),
            )
            for operation in routing.operations
        ),
        tuple(_materials(plant, item, supplies)),
    )


def _materials(plant: Plant, item: Item, supplies: Sequence[KitPart]) -> Iterable[PackageMaterial]:
    """The rows of the bill of material, and then what the lot holds besides them."""
    named = {row.component_id: row.quantity_micro for row in plant.bom if row.item_id == item.id}
    for item_id in dict.fromkeys([*named, *(part.item_id for part in supplies)]):
        parts = tuple(part for part in supplies if part.item_id == item_id)
        yield PackageMaterial(plant.item_by_id[item_id], named.get(item_id, 0), parts)


def _mode(plant: Plant, mode: Mode, quantity: int) -> PackageMode:
    mould = plant.mould_by_id.get(mode.mould_id)
    if mould is None:
        return PackageMode(mode, mode.fixed + mode.pieces(quantity) * mode.per_piece)
    shots = mode.shots(quantity, mould.cavities)
    return PackageMode(mode, mode.fixed + shots * mould.cycle, shots)


def _part(peg: MaterialReservation, made: Mapping[int, Reservation]) -> KitPart:
    into = made[peg.lot].item_id if peg.lot in made else peg.item_id
    return KitPart(
        peg.item_id, peg.quantity, peg.source, into, peg.available_time, peg.receipt_id, stands_for=peg.stands_for
    )


def _end(steps: Sequence[ChainStep]) -> datetime:
    return max(step.reservation.end for step in steps)


def _documents(plant: Plant, lines: Sequence[PackageLine]) -> Iterable[tuple[str, Document]]:
    """Papers of the items, routings, moulds and machines that the order has to do with, in the plant's order."""
    subjects = set()
    for line in lines:
        subjects.add(line.item.id)
        for lot in line.lots:
            subjects |= {lot.item.id, lot.routing.id, *(material.item.id for material in lot.materials)}
            for step in lot.steps:
                subjects |= {mode.mode.mould_id for mode in step.modes}
                if step.planned is not None:
                    subjects.add(step.planned.reservation.resource_id)
    return ((each.subject_id, each.document) for each in plant.documents if each.subject_id in subjects)
