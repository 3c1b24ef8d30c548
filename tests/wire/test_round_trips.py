"""What is written into a message and read back is what it was."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput, Violation
from domain.values import replace
from jiaoqi.v1 import order_pb2, plan_pb2, plan_service_pb2, planner_service_pb2, plant_service_pb2, promise_pb2
from promising.calibration_documents import calibration_from_json, calibration_to_json
from promising.disruption_documents import repaired_from_json, repaired_to_json
from promising.progress_documents import progressed_from_json, progressed_to_json
from promising.proposal_documents import content_from, content_of, proposal_from_json, proposal_to_json
from promising.repromise_requests import repromised_from_json, repromised_to_json
from tests.strategies_plant import texts as cell_texts
from tests.strategies_wire import (
    calibrations,
    drafts,
    entries,
    events,
    executed_lines,
    load_days,
    moments,
    orders,
    progress,
    progress_items,
    promises,
    receipts,
    repairs,
    repromised,
    reservations,
    steps,
)
from wire import enums
from wire.calibrations import (
    calibration_from_message,
    calibration_to_message,
    executed_from_message,
    executed_to_message,
)
from wire.disruptions import repaired_from_message, repaired_to_message
from wire.history import entry_from_message, entry_to_message, step_from_message, step_to_message
from wire.orders import order_from_message, order_to_message
from wire.page_tokens import read_token, write_token
from wire.plans import (
    event_from_message,
    event_to_message,
    load_from_messages,
    load_to_messages,
    reservation_from_message,
    reservation_to_message,
)
from wire.plant_files import (
    files_from_messages,
    files_to_messages,
    violation_from_message,
    violation_to_message,
)
from wire.progress import (
    progressed_from_message,
    progressed_to_message,
    report_from_message,
    report_to_message,
)
from wire.promises import promise_from_message, promise_to_message
from wire.proposals import proposal_from_message, proposal_to_message
from wire.receipts import receipt_from_message, receipt_to_message
from wire.repromises import repromised_line_from_message, repromised_line_to_message
from wire.times import duration_from_message, time_from_message, time_to_message, write_duration


def sent(message):
    """The message as the other side reads it from the bytes."""
    return type(message).FromString(message.SerializeToString())


@given(moments)
def test_times_keep_their_microseconds(moment):
    """A time comes back as it was."""
    assert time_from_message(sent(time_to_message(moment)), "t") == moment


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_durations_keep_their_microseconds(duration):
    """A duration comes back as it was."""
    message = Duration()
    write_duration(message, duration)
    assert duration_from_message(sent(message)) == duration


@given(orders())
def test_orders_come_back_as_they_were(order):
    """An order is the same on both sides."""
    assert order_from_message(sent(order_to_message(order))) == order


@settings(max_examples=40)
@given(promises)
def test_promises_come_back_as_they_were(promise):
    """A promise is the same on both sides, its etag included."""
    message = sent(promise_to_message(promise, options=True))
    assert promise_from_message(message) == promise
    assert message.etag == promise.etag


@given(receipts)
def test_receipts_come_back_as_they_were(receipt):
    """A receipt is the same on both sides."""
    assert receipt_from_message(sent(receipt_to_message(receipt))) == receipt


@settings(max_examples=40)
@given(promises)
def test_reasons_are_left_out_on_request(promise):
    """Without reasons everything else is the same."""
    full, lean = promise_to_message(promise), promise_to_message(promise, reasons=False)
    for line in full.lines:
        del line.reasons[:]
    assert lean == full


@given(reservations)
def test_reservations_come_back_as_they_were(reservation):
    """An operation's place is the same on both sides."""
    assert reservation_from_message(sent(reservation_to_message(reservation))) == reservation


@given(st.lists(load_days, max_size=8))
def test_load_comes_back_by_resource(days):
    """The days of a resource stand together, in the order in which they came."""
    found = load_from_messages([sent(message) for message in load_to_messages(days)])
    names = list(dict.fromkeys(day.resource_id for day in days))
    assert [name for name, _ in groupby(found, key=lambda day: day.resource_id)] == names
    assert found == [day for name in names for day in days if day.resource_id == name]


@given(events)
def test_events_come_back_as_they_were(event):
    """An entry of the log is the same on both sides."""
    assert event_from_message(sent(event_to_message(event))) == event


@given(repairs)
def test_receipts_of_repairs_come_back_as_they_were(repaired):
    """The disruption, the lines at risk with their causes, and the figures, over the wire and from the store."""
    assert repaired_from_message(sent(repaired_to_message(repaired))) == repaired
    assert repaired_from_json(repaired_to_json(repaired)) == repaired


@given(drafts)
def test_proposals_come_back_as_they_were(draft):
    """Figures, lines and cap over the wire, and with their sequences from the store."""
    proposal = draft.proposal
    assert proposal_from_message(sent(proposal_to_message(proposal))) == proposal
    bare = proposal_from_json(proposal_to_json(proposal))
    assert bare == replace(proposal, lines=())
    assert content_from(bare, content_of(draft)) == draft


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,20}\.(csv|toml)", fullmatch=True), st.binary(max_size=50), min_size=1))
def test_files_come_back_as_they_were(files):
    """A plant's files are the same on both sides."""
    assert files_from_messages(files_to_messages(files)) == files


@given(
    st.sampled_from(
        ["", "resources.csv", "plant.toml", "resources.csv:3", "resources.csv:3:capacity", "plant.toml:zone"]
    ),
    cell_texts,
    cell_texts,
)
def test_what_is_wrong_in_a_file_comes_back_as_it_was(field, problem, allowed):
    """File, row and column are told apart and put together again."""
    violation = Violation(field, problem, allowed)
    assert violation_from_message(sent(violation_to_message(violation))) == violation


def test_a_cell_is_told_by_file_row_and_column():
    """The place of a mistake is taken apart."""
    message = violation_to_message(Violation("resources.csv:3:capacity", "'x' is no number", "1 to 64"))
    assert (message.file, message.row, message.column) == ("resources.csv", 3, "capacity")
    assert (message.problem, message.allowed) == ("'x' is no number", "1 to 64")


@given(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)), st.binary(max_size=20))
def test_page_tokens_come_back_as_they_were(place, filter_bytes):
    """A page token leads to its place."""
    assert read_token(write_token(place, 7, filter_bytes), filter_bytes) == (place, 7)


def test_a_page_token_of_another_filter_is_refused():
    """Pages of two lists are not mixed."""
    with pytest.raises(InvalidInput, match="another filter"):
        read_token(write_token((1, 2), 3, b"M1"), b"M2")


@pytest.mark.parametrize(
    ("table", "schema"),
    [
        (enums.OUTCOME, promise_pb2.Outcome),
        (enums.PROMISE_STATE, promise_pb2.PromiseState),
        (enums.TIER, promise_pb2.Tier),
        (enums.LEARNED_FROM, promise_pb2.LearnedFrom),
        (enums.LOAD_BAND, plant_service_pb2.LoadBand),
        (enums.SEARCH, promise_pb2.Search),
        (enums.REASON_KIND, promise_pb2.ReasonKind),
        (enums.OPTION_KIND, promise_pb2.OptionKind),
        (enums.COST_KIND, promise_pb2.CostKind),
        (enums.CLOCK_MODE, plan_pb2.ClockMode),
        (enums.EVENT_KIND, plan_pb2.EventKind),
        (enums.DISRUPTION_KIND, plan_service_pb2.DisruptionKind),
        (enums.DISRUPTION_STATE, plan_service_pb2.DisruptionState),
        (enums.PROPOSAL_KIND, plan_service_pb2.ProposalKind),
        (enums.PROPOSAL_STATE, plan_service_pb2.ProposalState),
    ],
)
def test_every_member_has_one_number_and_every_number_one_member(table, schema):
    """The closed lists of domain and schema are the same."""
    assert sorted([0, *table.number.values()]) == sorted(schema.values())
    assert all(table.read(number, "x") is member for member, number in table.number.items())


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(-1, 0), (2**62, 0), (-(2**63), 0), (10**9, -1), (10**9, 10**9), (0, 0)]
)
def test_times_out_of_range_are_refused_by_name(seconds, nanos):
    """A time that no order can have names its field."""
    with pytest.raises(InvalidInput) as refused:
        time_from_message(Timestamp(seconds=seconds, nanos=nanos), "requested_time")
    assert refused.value.violations[0].field == "requested_time"


def test_all_wrong_lines_are_told_with_their_paths():
    """Each wrong line is named by its place in the request."""
    right = order_pb2.OrderLine(line_no=2, item_id="cap", quantity=1, requested_time=Timestamp(seconds=1_800_000_000))
    nothing = order_pb2.OrderLine(line_no=1, item_id="cap", requested_time=right.requested_time)
    undated = order_pb2.OrderLine(line_no=3, item_id="cap", quantity=1)
    with pytest.raises(InvalidInput) as refused:
        order_from_message(order_pb2.Order(id="A", customer_id="C", lines=[nothing, right, undated]))
    assert [violation.field for violation in refused.value.violations] == [
        "order.lines[0].quantity",
        "order.lines[2].requested_time",
    ]


def test_an_order_without_a_priority_gets_five():
    """0 stands for the default."""
    line = order_pb2.OrderLine(line_no=1, item_id="cap", quantity=1, requested_time=Timestamp(seconds=1_800_000_000))
    order = order_from_message(order_pb2.Order(id="A", customer_id="C", lines=[line]))
    assert order.priority == 5
    assert order.lines[0].requested_time == datetime.fromtimestamp(1_800_000_000, UTC)


def test_a_file_name_with_a_folder_is_refused():
    """Names are names, wherever they lead."""
    with pytest.raises(InvalidInput, match="no file name"):
        files_from_messages([plant_service_pb2.PlantFile(name="../plant.toml")])


@given(steps)
def test_steps_of_a_chain_come_back_as_they_were(step):
    """What an operation follows and waits for is the same on both sides."""
    assert step_from_message(sent(step_to_message(step))) == step


@given(entries)
def test_entries_of_a_history_come_back_as_they_were(entry):
    """Event, version and changes are the same on both sides."""
    assert entry_from_message(sent(entry_to_message(entry))) == entry


@given(progress_items)
def test_progress_reports(item):
    """What the shop floor says comes back as it was."""
    assert report_from_message(report_to_message(item), "reports[0]") == item


@given(progress)
def test_receipts_of_progress(receipt):
    """What became of each report, and of the plan."""
    assert progressed_from_message(progressed_to_message(receipt)) == receipt
    assert progressed_from_json(progressed_to_json(receipt)) == receipt


@given(repromised)
def test_receipts_of_re_promising(receipt):
    """Who was promised what, and why, on the wire and in the store."""
    for row in receipt.lines:
        message = planner_service_pb2.RepromisedLine()
        repromised_line_to_message(row, message)
        assert repromised_line_from_message(sent(message)) == row
    assert repromised_from_json(repromised_to_json(receipt)) == receipt


@given(calibrations)
def test_what_was_learned_comes_back(made):
    """From a message and from the store's text."""
    message = plant_service_pb2.Calibration()
    calibration_to_message(made, message)
    assert calibration_from_message(message) == made
    assert calibration_from_json(calibration_to_json(made)) == made


@given(executed_lines)
def test_executed_lines_come_back(line):
    """With a share of waiting of 0 told apart from none."""
    assert executed_from_message(executed_to_message(line), "lines[0]") == line
