"""Task packages for messages."""

from __future__ import annotations

from collections.abc import Iterable

from domain.resources import Mould
from jiaoqi.v1 import plan_pb2, task_package_pb2
from promising.packages import PackageLine, PackageLot, PackageMaterial, PackageMode, PackageStep, TaskPackage
from wire.history import step_to_message
from wire.promises import promise_to_message, write_kit_part
from wire.times import write_duration


def package_to_message(
    package: TaskPackage, states: Iterable[plan_pb2.MouldState], message: task_package_pb2.TaskPackage
) -> None:
    """Write a task package into an empty message, with what its moulds are doing."""
    promise_to_message(package.promise, message.promise, reasons=False)
    message.customer_name = package.customer_name
    for line in package.lines:
        _write_line(line, message.lines.add())
    doing = {state.mould_id: state for state in states}
    for mould in package.moulds:
        _write_mould(mould, doing.get(mould.id), message.moulds.add())
    for subject, document in package.documents:
        paper = message.documents.add(subject_id=subject)
        paper.document.name, paper.document.location = document.name, document.location


def _write_line(line: PackageLine, message: task_package_pb2.PackageLine) -> None:
    message.line_no = line.promise.line_no
    message.item_name, message.unit = line.item.name, line.item.unit
    for lot in line.lots:
        _write_lot(lot, message.lots.add())
    for part in line.delivered:
        write_kit_part(part, message.delivered.add())


def _write_lot(lot: PackageLot, message: task_package_pb2.PackageLot) -> None:
    message.lot, message.into_lot, message.quantity = lot.key, lot.into, lot.quantity
    message.item_id, message.item_name, message.unit = lot.item.id, lot.item.name, lot.item.unit
    message.routing_id = lot.routing.id
    for step in lot.steps:
        _write_step(step, message.steps.add())
    for material in lot.materials:
        _write_material(material, message.materials.add())


def _write_step(step: PackageStep, message: task_package_pb2.PackageStep) -> None:
    message.operation_id, message.operation_name = step.operation.id, step.operation.name
    message.after_operation_ids.extend(step.after)
    if step.operation.lag:
        write_duration(message.lag_duration, step.operation.lag)
    for mode in step.modes:
        _write_mode(mode, message.modes.add())
    if step.planned is not None:
        message.planned.CopyFrom(step_to_message(step.planned))


def _write_mode(mode: PackageMode, message: task_package_pb2.PackageMode) -> None:
    message.mode_id, message.resource_id = mode.mode.id, mode.mode.resource_id
    message.unit_count, message.shot_count = mode.mode.resource_units, mode.shots
    message.mould_id, message.crew_id = mode.mode.mould_id, mode.mode.crew_id
    write_duration(message.work_duration, mode.work)


def _write_material(material: PackageMaterial, message: task_package_pb2.PackageMaterial) -> None:
    item = material.item
    message.item_id, message.item_name, message.unit = item.id, item.name, item.unit
    message.per_piece_micro = material.per_piece_micro
    for part in material.supplies:
        write_kit_part(part, message.supplies.add())


def _write_mould(mould: Mould, state: plan_pb2.MouldState | None, message: task_package_pb2.PackageMould) -> None:
    message.mould_id, message.name, message.cavity_count = mould.id, mould.name, mould.cavities
    write_duration(message.cycle_duration, mould.cycle)
    message.resource_ids.extend(mould.fits)
    message.maintenance_shot_count = mould.maintenance_shots
    if state is not None:
        message.state.CopyFrom(state)
