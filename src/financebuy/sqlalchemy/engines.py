"""Engines whose every transaction carries the identity of whoever asks.

Row-level security shows a customer's rows to the signed identity of the transaction alone. It is
set at each BEGIN and dies with the transaction, so that a pooled connection brings nothing of its
last user along.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, Select, event, make_url
from sqlalchemy.orm import Mapper, Session, sessionmaker
from sqlalchemy.pool import QueuePool

from financebuy.database.server_proof import server_proof
from financebuy.errors import FinanceBuyError
from financebuy.sql import load

WRITE_POOL = {"pool_size": 20, "max_overflow": 40}
READ_POOL = {"pool_size": 10}
_COMMON: dict[str, Any] = {
    "poolclass": QueuePool,
    "pool_pre_ping": True,  # a connection that a failover broke is replaced, not handed out
    "pool_recycle": 3600,
}
_identity: ContextVar[str | None] = ContextVar("financebuy identity", default=None)

Provider = Callable[[], str | None]
Address = str | URL | Callable[[], str]


class IdentityMissingError(FinanceBuyError):
    """A transaction began and nobody had said in whose name."""

    slug, text = "identity_missing", "say who asks: with acting_as(token): ..."


@contextmanager
def acting_as(token: str) -> Iterator[None]:
    """Let every transaction that begins inside the block see what the signed `token` may see.

    The token is one of `financebuy.database.identity.Signer`. It belongs to the current thread or
    task: two requests at once do not meet.
    """
    previous = _identity.set(token)
    try:
        yield
    finally:
        _identity.reset(previous)


def create_engine(url: Address, *, identity: Provider = _identity.get, **options: Any) -> Engine:
    """Make an engine on the primary, with the pool of the database plan: 20 and 40 more.

    `url` is a role's URL of psycopg or PostgreSQL, `app_user`'s as a rule; a function is asked for
    the password that holds now at each new connection. `identity` returns the
    signed identity of a transaction that begins; the default is what `acting_as` set. Everything
    else goes to `sqlalchemy.create_engine` and takes the place of these defaults. The statement
    timeout is the role's own: no startup parameter is sent, which poolers refuse.

    A transaction without an identity raises `IdentityMissingError` when it begins.
    """
    return _engine(url, identity, WRITE_POOL | options)


def create_read_engine(
    url: Address, *, identity: Provider = _identity.get, **options: Any
) -> Engine:
    """Make an engine on a replica: a pool of 10, and only read-only transactions."""
    engine = _engine(url, identity, READ_POOL | options)
    return engine.execution_options(postgresql_readonly=True)


class RoutingSession(Session):
    """Reads from the replica until the transaction first touches the primary, then only there.

    A plain SELECT goes to the replica; everything else (functions called by `text`, other
    statements) and whatever follows in the same transaction goes to the primary.
    """

    def __init__(self, primary: Engine, replica: Engine, **options: Any) -> None:
        """Route between two engines."""
        super().__init__(**options)
        self._primary, self._replica = primary, replica
        self._on_primary = False
        event.listen(self, "after_transaction_end", self._ended)

    def use_primary(self) -> None:
        """Read from the primary until the end of the transaction: it has what was just written."""
        self._on_primary = True

    def get_bind(
        self, mapper: Mapper[Any] | Any = None, *, clause: Any = None, **_options: Any
    ) -> Engine | Connection:
        """Choose the engine of a statement."""
        _ = mapper
        if not isinstance(clause, Select) or clause._for_update_arg is not None:  # noqa: SLF001
            self._on_primary = True
        return self._primary if self._on_primary else self._replica

    def _ended(self, _session: Session, transaction: Any) -> None:
        if transaction.parent is None:
            self._on_primary = False


def routing_sessions(primary: Engine, replica: Engine) -> sessionmaker[RoutingSession]:
    """Make a factory of sessions that read from `replica` and write to `primary`."""
    return sessionmaker(class_=RoutingSession, primary=primary, replica=replica)


def _engine(url: Address, identity: Provider, options: dict[str, Any]) -> Engine:
    target = make_url(url() if callable(url) else url).set(drivername="postgresql+psycopg")
    # Behind a pooler in transaction mode a prepared statement would be another client's.
    arguments: dict[str, Any] = {"prepare_threshold": None, **server_proof(_parameters(target))}
    chosen = _COMMON | options
    chosen["connect_args"] = arguments | chosen.get("connect_args", {})
    engine = sqlalchemy.create_engine(target, **chosen)

    @event.listens_for(engine, "begin")
    def assume(connection: Connection) -> None:
        token = identity()
        if token is None:
            raise IdentityMissingError
        connection.exec_driver_sql(load("identity").assume, (token,))

    if callable(url):
        _renew_password(engine, url)
    return engine


def _renew_password(engine: Engine, url: Callable[[], str]) -> None:
    @event.listens_for(engine, "do_connect")
    def ask_again(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        password = make_url(url()).password
        if password is not None:
            parameters["password"] = password


def _parameters(url: URL) -> dict[str, object]:
    """What of a URL decides where the server is and how it is asked, by libpq's names."""
    given: dict[str, object] = {"host": url.host, **url.query}
    hosts = url.query.get("host")
    if hosts:
        # SQLAlchemy has several hosts as several values, each with its port.
        listed = [hosts] if isinstance(hosts, str) else hosts
        given["host"] = ",".join(
            each.partition(":")[0] if each.count(":") == 1 else each for each in listed
        )
    return given
