"""What a commit on PostgreSQL does when others, the line or the server get in its way: all of it real."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep

import psycopg
import pytest

from promising.ports import CommitFailed, CommitUnknown, Superseded, Writing
from simulators.postgresql import PostgresServer
from store.database import Store
from tests.line import Break, Line
from tests.store import rows
from tests.stores import server

PATIENCE_S = 30
OURS = "application_name LIKE 'jiaoqi %' AND datname = current_database()"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    opened.claim()
    yield opened
    opened.close()


@contextmanager
def other(url: str) -> Iterator[psycopg.Connection]:
    """Somebody else's connection to the same database, in a transaction of its own."""
    with psycopg.connect(url) as connection:
        yield connection
        connection.rollback()


def run(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def wait_until(url: str, condition: str) -> None:
    until = monotonic() + PATIENCE_S
    while not run(url, f"SELECT 1 FROM pg_stat_activity WHERE {OURS} AND {condition}"):
        assert monotonic() < until, condition
        sleep(0.01)


def cut(url: str, condition: str = "true") -> None:
    """Terminate the store's sessions."""
    assert run(url, f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {OURS} AND {condition}")


@contextmanager
def committing(store: Store, writing: Writing) -> Iterator[Future]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(store.commit, writing)


FAIL = """
CREATE SEQUENCE tries;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('tries') <= {times} THEN RAISE EXCEPTION 'for the test' USING ERRCODE = '{code}'; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON event {when} FOR EACH ROW EXECUTE FUNCTION fail();
"""
AT_ONCE, AT_COMMIT = "", "DEFERRABLE INITIALLY DEFERRED"


def tries(url: str) -> int:
    return run(url, "SELECT last_value FROM tries")[0][0]


@pytest.mark.parametrize("when", [AT_ONCE, AT_COMMIT], ids=["statement", "commit"])
@pytest.mark.parametrize("code", ["40001", "40P01"], ids=["serialisation", "deadlock"])
def test_what_the_server_rolled_back_for_the_sake_of_others_is_tried_again(store, url, code, when) -> None:
    """Twice it fails, the third time it is written, once."""
    run(url, FAIL.format(times=2, code=code, when=when))
    store.commit(rows.promised(1))
    assert tries(url) == 3
    assert store.load().last_event == 1
    assert store.load().image.operations == [rows.operation(1)]


@pytest.mark.parametrize("when", [AT_ONCE, AT_COMMIT], ids=["statement", "commit"])
def test_after_three_tries_the_commit_has_failed_and_nothing_is_written(store, url, when) -> None:
    """The desk is told so, and what it commits next is written."""
    run(url, FAIL.format(times=3, code="40001", when=when))
    before = store.load()
    with pytest.raises(CommitFailed, match="for the test"):
        store.commit(rows.promised(1))
    assert tries(url) == 3
    assert store.load() == before
    store.commit(rows.promised(1))
    assert store.load().last_event == 1


def test_a_broken_rule_of_the_database_is_not_tried_again(store, url) -> None:
    """At the COMMIT, too: the database says that it took everything back, so the outcome is known."""
    run(url, FAIL.format(times=9, code="23514", when=AT_COMMIT))
    with pytest.raises(CommitFailed, match="for the test"):
        store.commit(rows.promised(1))
    assert tries(url) == 1
    assert store.load().last_event == 0


def test_a_claim_beside_another_writer_waits_for_it_and_counts_on(store, url) -> None:
    """The row changed under the claim, which PostgreSQL refuses to serialise: it is tried again."""
    with other(url) as somebody, ThreadPoolExecutor(1) as pool:
        somebody.execute("UPDATE head SET epoch = epoch + 10")
        claiming = pool.submit(store.claim)
        wait_until(url, "wait_event_type = 'Lock'")
        somebody.commit()
        claiming.result(PATIENCE_S)
    assert run(url, "SELECT epoch FROM head") == [(12,)]
    store.commit(rows.promised(1))


def test_two_claims_at_once_leave_one_desk_that_may_write(store, url) -> None:
    """Each gets an epoch of its own; only the later one writes."""
    second = Store(url)
    with other(url) as somebody, ThreadPoolExecutor(2) as pool:
        somebody.execute("SELECT * FROM head FOR UPDATE")
        claims = [pool.submit(claimant.claim) for claimant in (store, second)]
        wait_until(url, "(SELECT count(*) = 2 FROM pg_stat_activity WHERE wait_event_type = 'Lock')")
        somebody.rollback()
        for claim in claims:
            claim.result(PATIENCE_S)
    epochs = (store._epoch, second._epoch)
    assert sorted(epochs) == [2, 3]
    first, last = sorted((store, second), key=lambda claimant: claimant._epoch)
    with pytest.raises(Superseded):
        first.commit(rows.promised(1))
    last.commit(rows.promised(1))
    second.close()


def test_a_desk_taken_over_while_it_writes_is_told_so(store, url) -> None:
    """Its update waits for the claim, fails, is tried again, and finds another epoch."""
    with other(url) as successor:
        successor.execute("UPDATE head SET epoch = epoch + 1")
        with committing(store, rows.promised(1)) as commit:
            wait_until(url, "wait_event_type = 'Lock'")
            successor.commit()
            with pytest.raises(Superseded):
                commit.result(PATIENCE_S)
    assert store.load().last_event == 0


def test_a_deadlock_is_resolved_and_the_commit_written(store, url) -> None:
    """Somebody has the event's number and wants the head; the store has the head and wants the number."""
    with other(url) as somebody, ThreadPoolExecutor(1) as pool:
        # Who looks first finds the deadlock and gives way: the store, after a second.
        somebody.execute("SET deadlock_timeout = '60s'")
        somebody.execute("INSERT INTO event VALUES (1, 'promised', 0, '', '', '', 0, '')")
        with committing(store, rows.promised(1)) as commit:
            wait_until(url, "wait_event_type = 'Lock'")
            wanting = pool.submit(somebody.execute, "UPDATE head SET now_s = now_s")
            wanting.result(PATIENCE_S)
            somebody.rollback()
            commit.result(PATIENCE_S)
    assert store.load().last_event == 1


def test_a_lock_that_is_never_let_go_fails_the_commit(store, url) -> None:
    """Five seconds, as with a file; nothing is written."""
    with other(url) as somebody:
        somebody.execute("LOCK TABLE event")
        with pytest.raises(CommitFailed, match="lock timeout"):
            store.commit(rows.promised(1))
    store.commit(rows.promised(1))
    assert store.load().last_event == 1


def test_a_connection_cut_between_two_commits_is_made_anew(store, url) -> None:
    """All sessions of the store are terminated; reading and writing go on."""
    store.commit(rows.promised(1))
    known = list(store.requests([record.key for record in rows.promised(1).requests]))
    cut(url)
    store.commit(rows.promised(2, "SO-2"))
    assert list(store.requests(known)) == known
    assert [event.sequence for event in store.events(0, 9)] == [1, 2]
    cut(url)
    assert store.load().last_event == 2


def test_a_connection_cut_before_the_commit_writes_once(store, url) -> None:
    """Terminated in the middle of its transaction, which is tried again on another connection."""
    with other(url) as somebody:
        somebody.execute("LOCK TABLE event")
        with committing(store, rows.promised(1)) as commit:
            wait_until(url, "wait_event_type = 'Lock'")
            cut(url, "wait_event_type = 'Lock'")
            somebody.rollback()
            commit.result(PATIENCE_S)
    assert store.load().last_event == 1
    assert store.load().image.operations == [rows.operation(1)]


@pytest.mark.parametrize(
    ("breaks", "written"),
    [(Break.BEFORE_COMMIT, 0), (Break.BEHIND_COMMIT, 1), (Break.BEFORE_ANSWER, 1)],
)
def test_a_line_cut_during_the_commit_leaves_it_unknown(url, breaks, written) -> None:
    """The store doesn't guess; what it reads afterwards is what there is."""
    with Line(server().port) as line:
        store = Store(url.replace(f":{server().port}/", f":{line.port}/"))
        store.claim()
        line.breaks = breaks
        with pytest.raises(CommitUnknown):
            store.commit(rows.promised(1))
        assert line.broken == 1
        assert store.load().last_event == written
        store.close()


def test_reading_waits_for_a_commit_whose_line_was_cut(url) -> None:
    """The server takes a second over the COMMIT; who read at once would not see it, and it would land afterwards."""
    run(
        url,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION slow()",
    )
    with Line(server().port) as line:
        store = Store(url.replace(f":{server().port}/", f":{line.port}/"))
        store.claim()
        line.breaks = Break.BEHIND_COMMIT
        with pytest.raises(CommitUnknown):
            store.commit(rows.promised(1))
        assert run(url, "SELECT count(*) FROM event") == [(0,)]
        assert store.load().last_event == 1
        store.close()


def test_a_replica_that_lacks_the_last_commits_is_not_written_on_in_silence(store, url) -> None:
    """After the line was cut the last order is not there any more, as on a replica that was behind: read it again."""
    store.commit(rows.promised(1))
    store.load()
    store.commit(rows.promised(2, "SO-2"))
    run(
        url,
        "DELETE FROM request WHERE order_id = 'SO-2'; DELETE FROM promise WHERE order_id = 'SO-2';"
        "DELETE FROM event WHERE sequence = 2; DELETE FROM operation WHERE key = 2; UPDATE head SET plan_version = 1",
    )
    # On the line that it has, the store can't know.
    cut(url)
    with pytest.raises(CommitUnknown, match="it stands at plan 1, event 1, and was left at plan 2, event 2"):
        store.commit(rows.promised(3, "SO-3"))
    assert store.load().last_event == 1
    store.commit(rows.promised(2, "SO-2"))
    cut(url)
    store.commit(rows.promised(3, "SO-3"))
    assert store.load().last_event == 3


def test_a_server_that_is_away_fails_the_commit_and_is_found_again() -> None:
    """Stopped and killed: both times nothing is written, and the store goes on when the server is back."""
    with PostgresServer(durable=False) as own:
        store = Store(own.url("postgres"))
        store.claim()
        for number, end in enumerate((own.stop, own.kill), start=1):
            end()
            with pytest.raises(CommitFailed, match="connection"):
                store.commit(rows.promised(number, f"SO-{number}"))
            own.start()
            assert store.load().last_event == number - 1
            store.commit(rows.promised(number, f"SO-{number}"))
        assert store.load().last_event == 2
        store.close()
