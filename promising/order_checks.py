"""What an order must name for a plant to mean it."""

from __future__ import annotations

from domain.errors import InvalidInput, Violation
from domain.orders import Order
from domain.plant import Plant


def check_order(order: Order, plant: Plant) -> None:
    """Raise InvalidInput for items that the plant doesn't know, and for customers if it knows any."""
    violations = [
        Violation(f"lines[{index}].item_id", f"no item {line.item_id!r}", "the id of an item of the plant")
        for index, line in enumerate(order.lines)
        if line.item_id not in plant.item_by_id
    ]
    if plant.customers and order.customer_id not in plant.customer_by_id:
        violations.append(
            Violation("customer_id", f"no customer {order.customer_id!r}", "the id of a customer of the plant")
        )
    violations += plant.carrier_violations(*plant.address(order.customer_id, order.region, order.carrier_id))
    if violations:
        raise InvalidInput(violations)
