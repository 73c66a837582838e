"""Engines and read models of `financebuy.sqlalchemy`, on a real database."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_mock_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

import financebuy.sqlalchemy as fb
from financebuy.cluster.demo import Demo
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users, write_data_directory
from tests.support.population import Population, populate
from tests.support.world import User, World, execution, order

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "sqlalchemy.md"
# What a reader has no use for: whose account the house's is (customers see none), the index of the
# search (`services.securities` searches), an answer that is kept for repeats.
NOT_READ = {
    ("accounts", "house_code"), ("securities", "search"), ("orders", "placed_as"),
    # What the seals need.
    *((table, column) for table in ("executions", "transactions") for column in ("epoch", "xid")),
}  # fmt: skip
MODELS = sorted(fb.ReadModel.__subclasses__(), key=lambda model: model.__tablename__)


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        yield world


@pytest.fixture(scope="module")
def there(world: World) -> Population:
    return populate(world)


@pytest.fixture(scope="module")
def engine(world: World) -> Iterator[Engine]:
    engine = fb.create_engine(world.database.url("app_user"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def replica(world: World) -> Iterator[Engine]:
    """The same server: what differs is the transaction."""
    engine = fb.create_read_engine(world.database.url("app_user"))
    yield engine
    engine.dispose()


def test_the_defaults_are_the_plans(engine: Engine, replica: Engine) -> None:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow, pool._recycle) == (20, 40, 3600)
    assert pool._pre_ping
    assert isinstance(replica.pool, QueuePool)
    assert replica.pool.size() == 10
    assert engine.dialect.driver == "psycopg"
    own = fb.create_engine("postgresql://app_user@/x?host=/tmp", pool_size=3, max_overflow=0)
    assert isinstance(own.pool, QueuePool)
    assert own.pool.size() == 3


@pytest.mark.parametrize(
    ("url", "sslmode"),
    [
        ("postgresql://app_user@db.example.com/financebuy", "verify-full"),
        ("postgresql://app_user@/financebuy?host=db.example.com:5432", "verify-full"),
        ("postgresql://app_user@db.example.com/financebuy?sslmode=require", "require"),
        ("postgresql://app_user@127.0.0.1/financebuy", None),
        ("postgresql://app_user@/financebuy?host=/run", None),
    ],
)
def test_another_machine_proves_who_it_is(url: str, sslmode: str | None) -> None:
    seen = {}

    def connect(*_: object, **arguments: object) -> object:
        seen.update(arguments)
        raise ConnectionError

    engine = fb.create_engine(url)
    engine.dialect.connect = connect  # type: ignore[method-assign]
    with fb.acting_as("x"), pytest.raises(ConnectionError):
        engine.connect()
    assert (seen.get("sslmode"), "options" in seen) == (sslmode, False)


def test_the_role_has_the_statement_timeout(engine: Engine) -> None:
    with fb.acting_as("nobody"), Session(engine) as session:
        assert session.scalar(text("show statement_timeout")) == "30s"


def owned(world: World, user: User) -> set[UUID]:
    rows = world.rows("select account_id from account_owners where user_id = %s", user.user_id)
    return {row["account_id"] for row in rows}


def test_each_owner_sees_just_their_own(engine: Engine, world: World, there: Population) -> None:
    for user in (there.ann, there.bob):
        with fb.acting_as(user.token), Session(engine) as session:
            assert set(session.scalars(select(fb.Account.account_id))) == owned(world, user)
    assert owned(world, there.ann) - owned(world, there.bob)


def test_an_identity_ends_with_its_transaction(world: World, there: Population) -> None:
    """On the same connection of a pool of one."""
    single = fb.create_engine(world.database.url("app_user"), pool_size=1, max_overflow=0)
    query = select(func.count()).select_from(fb.Account)
    with fb.acting_as(there.ann.token), Session(single) as session:
        assert session.scalar(query) == len(owned(world, there.ann))
    with (
        fb.acting_as("1.forged"),
        Session(single) as session,
        pytest.raises(OperationalError, match="identity_invalid"),
    ):
        session.scalar(query)
    with single.connect() as connection, pytest.raises(fb.IdentityMissingError):
        connection.execute(query)
    single.dispose()


def test_threads_do_not_meet(engine: Engine, there: Population) -> None:
    missing = []

    def work() -> None:
        try:
            with Session(engine) as session:
                session.scalars(select(fb.Account)).all()
        except fb.IdentityMissingError as error:
            missing.append(error)

    with fb.acting_as(there.ann.token):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert len(missing) == 1


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__tablename__)
def test_a_model_is_what_the_catalogue_says(model: type[fb.ReadModel], world: World) -> None:
    table = model.__table__
    found = {
        row["attname"]: (row["type"], row["attnotnull"])
        for row in world.rows(
            "select a.attname, a.attnotnull, format_type(coalesce(nullif(t.typbasetype, 0), t.oid),"
            " null) as type from pg_attribute as a join pg_type as t on t.oid = a.atttypid"
            " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped",
            f"public.{model.__tablename__}",
        )
    }
    names = {
        "NUMERIC": {"numeric"}, "UUID": {"uuid"}, "TEXT": {"text"}, "BOOLEAN": {"boolean"},
        "TIMESTAMP WITH TIME ZONE": {"timestamp with time zone"}, "DATE": {"date"},
        "BIGINT": {"bigint", "smallint", "integer"},
    }  # fmt: skip
    dialect = create_mock_engine("postgresql+psycopg://", lambda *_: None).dialect
    for column in table.columns:
        kind, not_null = found[column.name]
        assert kind in names[column.type.compile(dialect)], column
        assert column.nullable is not not_null, column
    left_out = {name for name in found if (model.__tablename__, name) in NOT_READ}
    assert set(found) - left_out == set(table.columns.keys())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__tablename__)
def test_every_model_reads_rows(
    model: type[fb.ReadModel], engine: Engine, world: World, there: Population
) -> None:
    if model is fb.PriceBar:
        world.admin.execute(
            "insert into price_bars select security_id, '1Day', now(), current_date, 1, 2, 1, 2, 5,"
            " 'test' from securities on conflict do nothing"
        )
    with fb.acting_as(there.ann.token), Session(engine) as session:
        assert session.scalars(select(model).limit(5)).all()


def test_links_lead_to_the_rows(engine: Engine, there: Population) -> None:
    with fb.acting_as(there.ann.token), Session(engine) as session:
        account = session.get_one(fb.Account, there.accounts[0])
        assert {h.security.symbol for h in account.holdings} >= {"AAA", "BBB"}
        assert all(h.security.price for h in account.holdings)
        filled = session.scalars(select(fb.Order).where(fb.Order.status == "filled")).first()
        assert filled is not None
        assert sum(e.quantity for e in filled.executions) == filled.filled_quantity
        deposit = session.scalars(
            select(fb.Transaction).where(
                fb.Transaction.transaction_type == "deposit",
                fb.Transaction.account_id == account.account_id,
            )
        ).first()
        assert deposit is not None
        # Of the two entries the customer sees one: the other is the house's.
        assert [entry.amount for entry in deposit.entries] == [Decimal(10_000)]


def test_nothing_is_written_through_a_model(engine: Engine, there: Population) -> None:
    with fb.acting_as(there.ann.token), Session(engine) as session:
        account = session.get_one(fb.Account, there.accounts[0])
        account.balance = Decimal(10**9)
        with pytest.raises(fb.ReadOnlyError, match="Account"):
            session.flush()
        session.rollback()
        session.delete(session.get_one(fb.Account, there.accounts[0]))
        with pytest.raises(fb.ReadOnlyError):
            session.flush()
        session.rollback()
        # Past the models there is no right.
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(insert(fb.SecurityPrice).values(security_id=there.securities[0]))


def test_sessions_route_reads_and_writes(
    engine: Engine, replica: Engine, there: Population
) -> None:
    sessions = fb.routing_sessions(engine, replica)
    read_only = text("select current_setting('transaction_read_only')")
    query = select(func.current_setting("transaction_read_only"))
    with fb.acting_as(there.ann.token), sessions() as session:
        assert session.scalar(query) == "on"
        assert session.scalar(read_only) == "off"
        # From here on the transaction stays on the primary.
        assert session.scalar(query) == "off"
        session.commit()
        assert session.scalar(query) == "on"
        session.commit()
        session.use_primary()
        assert session.scalar(query) == "off"
        session.commit()
        locking = select(fb.Account).with_for_update()
        with pytest.raises(DBAPIError, match="permission denied"):
            session.scalars(locking).all()


def test_a_replicas_transaction_writes_nothing(replica: Engine, there: Population) -> None:
    with (
        fb.acting_as(there.ann.token),
        replica.connect() as connection,
        pytest.raises(DBAPIError, match="read-only"),
    ):
        connection.execute(text("create temporary table t (i int)"))


@pytest.fixture
def platform(database: Database, tmp_path: Path) -> tuple[Path, Demo]:
    """The demo investor holds 10 AAPL."""
    root = tmp_path / "data"
    write_data_directory(root, database)
    with World(database) as world:
        world.open_market()
        security = world.security("AAPL", 100)
        demo = add_demo_users(root)
        account = world.value(
            "select account_id from account_owners where user_id = %s", demo.investor.user_id
        )
        token = world.token(demo.investor.user_id, "read", "trade")
        placed = world.accepted(
            "place_order", order(token, account, security, quantity=Decimal(10))
        )
        world.accepted("execution", execution(placed, 10, 100))
    return root, demo


def test_the_guides_example(platform: tuple[Path, Demo]) -> None:
    page = GUIDE.read_text(encoding="utf-8")
    code, output = re.findall(r"```(?:python)?\n(.*?)```", page, re.DOTALL)[:2]
    file = ROOT / "examples" / "portfolio_report.py"
    assert code == file.read_text(encoding="utf-8"), "the page shows another program"
    done = subprocess.run(
        [sys.executable, str(file)],
        env=os.environ | {"FINANCEBUY_DATA": str(platform[0])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == output
