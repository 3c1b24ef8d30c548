"""Opening a plant on PostgreSQL: what is said when that fails, how sessions are set, one server per plant."""

import logging
import os
import subprocess
import sys

import pytest
from sqlalchemy import make_url

from store.database import Store
from store.engines import database_url, reading_engine, shown, without_passwords, writing_engine
from store.failures import StoreUnreachable
from store.holding import StoreInUse
from tests.store import rows
from tests.stores import run, server


def database(url: str) -> str:
    return str(make_url(url).database)


def asked(store: Store, sql: str):
    """One value as the writing session sees it."""
    with store._connection() as connection, connection.begin():
        return connection.exec_driver_sql(sql).scalar_one()


# URLs.


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_usual_way_to_write_the_url_is_psycopg_3(scheme) -> None:
    """The driver need not be named."""
    assert database_url(f"{scheme}://desk@db/plant").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("where", ["mysql://desk:secret@db/plant", "postgresql+psycopg2://desk:secret@db/plant"])
def test_another_database_or_driver_is_refused_with_what_there_is(where) -> None:
    """The password is not repeated."""
    with pytest.raises(StoreUnreachable, match="postgresql://HOST/DATABASE") as refused:
        Store(where)
    assert "secret" not in str(refused.value)


def test_a_url_that_cannot_be_read_is_refused_without_its_password() -> None:
    """An @ that was not escaped, and a port that is none."""
    with pytest.raises(StoreUnreachable, match="%40") as refused:
        Store("postgresql://desk:sec@ret@db:port/plant")
    assert "sec" not in str(refused.value)


@pytest.mark.parametrize(
    ("where", "seen"),
    [
        ("var/shop.sqlite", "var/shop.sqlite"),
        ("postgresql://desk:secret@db:5433/plant", "postgresql://desk:***@db:5433/plant"),
        ("postgresql+psycopg://desk@db/plant?schema=a", "postgresql://desk@db/plant?schema=a"),
        ("postgresql://db/plant?password=secret", "postgresql://db/plant"),
        ("mysql://desk:secret@db/plant", "mysql://desk:***@db/plant"),
        ("postgresql://desk:sec@ret@db:port/plant", "postgresql://desk:***@db:port/plant"),
    ],
)
def test_a_store_is_shown_without_its_password(where, seen) -> None:
    """In logs and messages, however wrong the URL."""
    assert shown(where) == seen


def test_passwords_are_hidden_in_any_text() -> None:
    """A setting that is repeated in a message may be a URL."""
    text = "store: wrong, not 'postgresql://desk:secret@db/plant', nor http://a.b/c"
    assert without_passwords(text) == "store: wrong, not 'postgresql://desk:***@db/plant', nor http://a.b/c"


# What can't be opened.


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"port": 1}, "port 1 failed: Connection refused"),
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"password": "secret"}, "password authentication failed"),
        ({"host": "nowhere.invalid"}, "nowhere.invalid"),
    ],
    ids=str,
)
def test_what_cannot_be_reached_is_told_with_the_reason_and_without_the_password(url, wrong, said) -> None:
    """Which store, and what the other side or the network said."""
    tried = make_url(url).set(**wrong)
    where = tried.render_as_string(hide_password=False)
    with pytest.raises(StoreUnreachable, match=r"cannot open the store postgresql://jiaoqi:\*\*\*@") as refused:
        Store(where)
    assert said in str(refused.value)
    assert str(tried.password) not in str(refused.value)


def test_a_user_who_may_make_no_tables_is_told_what_to_grant(url) -> None:
    """PostgreSQL 15 and later give nobody else that right in the schema `public`."""
    run(server(), "DROP ROLE IF EXISTS clerk")
    run(server(), "CREATE ROLE clerk LOGIN PASSWORD 'x'")
    with pytest.raises(StoreUnreachable, match="GRANT CREATE ON SCHEMA public TO clerk"):
        Store(make_url(url).set(username="clerk", password="x").render_as_string(hide_password=False))


def test_a_database_that_lacks_characters_is_refused() -> None:
    """Chinese names have no place in LATIN1."""
    run(server(), "DROP DATABASE IF EXISTS latin")
    run(server(), "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreUnreachable, match="LATIN1"):
        Store(server().url("latin"))
    run(server(), "DROP DATABASE latin WITH (FORCE)")


def test_without_the_driver_the_way_to_get_it_is_told() -> None:
    """An installation without its dependencies."""
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from store.database import Store\n"
        "try: Store('postgresql://desk:secret@db/plant')\n"
        "except OSError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.startswith("PostgreSQL needs a driver: pip install 'psycopg[binary]'")
    assert "secret" not in told


# Sessions.


def test_a_commit_waits_for_the_disk_whatever_the_database_is_set_to(url) -> None:
    """`off` would answer callers whose promise a power cut takes back."""
    run(server(), f"ALTER DATABASE {database(url)} SET synchronous_commit = off")
    store = Store(url)
    assert asked(store, "SHOW synchronous_commit") == "on"
    assert asked(store, "SHOW transaction_isolation") == "repeatable read"
    # A setting made in a transaction would be gone with it.
    store.claim()
    assert asked(store, "SHOW synchronous_commit") == "on"
    store.close()


def test_who_waits_for_replicas_goes_on_waiting(url) -> None:
    """A stronger setting stays."""
    run(server(), f"ALTER DATABASE {database(url)} SET synchronous_commit = remote_apply")
    store = Store(url)
    assert asked(store, "SHOW synchronous_commit") == "remote_apply"
    store.close()


def test_a_server_that_does_not_sync_is_told_about(url, caplog, monkeypatch) -> None:
    """No session can mend that; the tests' own server is one."""
    monkeypatch.setattr(logging.getLogger("jiaoqi"), "propagate", True)
    Store(url).close()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "fsync=off" in caplog.text


def test_a_line_that_is_dead_is_noticed_by_both_sides(url) -> None:
    """In seconds, not the two hours of the operating system; a transaction that hangs is ended by the server."""
    store = Store(url)
    assert asked(store, "SHOW tcp_keepalives_idle") == "10"
    assert asked(store, "SHOW idle_in_transaction_session_timeout") == "10s"
    assert asked(store, "SHOW lock_timeout") == "5s"
    with store._connection() as connection, connection.begin():
        used = connection.connection.driver_connection.info.get_parameters()
    assert (used["connect_timeout"], used["keepalives_idle"], used["tcp_user_timeout"]) == ("5", "10", "15000")
    store.close()


def test_the_url_may_set_the_line_otherwise(url) -> None:
    """Whoever names a parameter of libpq means it."""
    for engine in (writing_engine, reading_engine):
        made = engine(database_url(f"{url}?connect_timeout=9&application_name=shop"))
        with made.connect() as connection:
            used = connection.connection.driver_connection.info.get_parameters()
        assert (used["connect_timeout"], used["application_name"]) == ("9", "shop")
        made.dispose()


# Plants and servers.


def test_two_plants_in_one_database_know_nothing_of_each_other(url) -> None:
    """A schema each, made when it isn't there; one that needs quoting, too."""
    stores = [Store(f"{url}?schema={name}", alone=True) for name in ("north", 'Süd "2"')]
    for number, store in enumerate(stores, start=1):
        store.claim()
        store.commit(rows.promised(1, f"SO-{number}"))
    for number, store in enumerate(stores, start=1):
        assert [order.order_id for order in store.load_orders()] == [f"SO-{number}"]
        assert [event.order_id for event in store.events(0, 9)] == [f"SO-{number}"]
        assert list(store.requests([record.key for record in rows.promised(1).requests]))
        store.close()
    assert run(server(), "SELECT count(*) FROM event", database(url)) == [(0,)]


def test_a_plant_has_one_server_at_a_time(url) -> None:
    """The second is told who has it; after the first has gone it is free."""
    first = Store(url, alone=True)
    with pytest.raises(StoreInUse, match=f"schema public of database {database(url)} is in use") as refused:
        Store(url, alone=True)
    assert (refused.value.holder, refused.value.on) == (os.getpid(), os.uname().nodename)
    # Who only looks is no server.
    Store(url).close()
    first.close()
    Store(url, alone=True).close()


def test_a_killed_server_holds_nothing_on_postgresql(url) -> None:
    """The database notices that its connection is gone."""
    program = "import sys; from store.database import Store; s = Store(sys.argv[1], alone=True); print('held'); input()"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreInUse, match=f"process {holder.pid}"):
            Store(url, alone=True)
        holder.kill()
    Store(url, alone=True).close()


def test_a_server_that_lost_its_connection_takes_the_plant_again(url) -> None:
    """Its lock went with the connection, and comes back with the next commit."""
    store = Store(url, alone=True)
    store.claim()
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    run(server(), f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database(url)}'")
    assert run(server(), locks, database(url)) == [(0,)]
    store.commit(rows.promised(1))
    with pytest.raises(StoreInUse):
        Store(url, alone=True)
    store.close()
