"""A factory set up on a server: its plant, what its customers owed and were allowed before, and its clock."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from client.calls import JiaoqiClient
from domain.trade import Customer
from jiaoqi.v1 import supply_service_pb2
from promising.plant_files import write_plant
from simulators.factories import Factory

ROWS = 1000


def set_up(client: JiaoqiClient, factory: Factory) -> None:
    """Import the plant, feed the customers as they stood month by month, then as they stand, and open the plant.

    The clock has to be manual: it is set to each month of the history. Rules read how limits and grades changed.
    """
    client.import_plant(write_plant(factory.plant))
    for _, rows in groupby(factory.credit_history, key=lambda row: (row[0].year, row[0].month)):
        told = list(rows)
        client.set_clock(told[-1][0])
        _feed(client, (customer for _, customer in told))
    client.set_clock(factory.opening)
    if factory.credit_history:
        _feed(client, factory.plant.customers)


def _feed(client: JiaoqiClient, customers: Iterable[Customer]) -> None:
    waiting = list(customers)
    for first in range(0, len(waiting), ROWS):
        client.upsert_customers([_message(customer) for customer in waiting[first : first + ROWS]])


def _message(customer: Customer) -> supply_service_pb2.Customer:
    return supply_service_pb2.Customer(
        customer_id=customer.id, name=customer.name, region=customer.region, grade=customer.grade,
        credit_limit_fen=customer.credit_limit_fen, receivables_fen=customer.receivables_fen,
        overdue_count=customer.overdue_count, overdue_days=customer.overdue_days, carrier_id=customer.carrier_id,
    )  # fmt: skip
