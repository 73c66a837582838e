"""Somebody gets statements of their own into a customer's connection: what does it bring them?"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest

from financebuy.sql import text
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import Connection, User, World

# PostgreSQL 15 says what one must be for it.
REFUSED = "(permission denied|must be superuser)"

# What each of them says, or how many rows it brings. Every one of a new connection of app_user.
INJECTED = {
    "set role fb_owner": REFUSED,
    "set role fb_broker": REFUSED,
    "set session authorization postgres": REFUSED,
    "set session_replication_role = replica": REFUSED,
    "alter role app_user bypassrls": "(permission denied|must be superuser)",
    "alter table accounts disable row level security": "must be owner",
    "create policy mine on accounts for select to app_user using (true)": "must be owner",
    "create table public.mine (id int)": REFUSED,
    "create temporary table mine (id int)": REFUSED,
    "create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0001"
    " as $$ begin raise notice '%', $1; return true; end $$": REFUSED,
    "create schema mine": REFUSED,
    "copy (select 1) to program 'id'": REFUSED,
    "copy accounts to '/tmp/accounts'": REFUSED,
    "select pg_read_file('postgresql.conf')": REFUSED,
    "select lo_import('/etc/passwd')": REFUSED,
    "select * from pg_authid": REFUSED,
    "select * from fb_private.identity_keys": REFUSED,
    "select fb_private.read_identity('x')": REFUSED,
    "select * from entries_default": REFUSED,
    "select email_ciphertext from users": REFUSED,
    "select * from credentials": REFUSED,
    "select * from portfolio_summary": REFUSED,
    "select * from reporting.accounts": REFUSED,
    "update accounts set balance = 1e9": REFUSED,
    "insert into account_owners select account_id, gen_random_uuid(), 'owner' from accounts":
        REFUSED,
    "delete from audit_log": REFUSED,
    "truncate entries": REFUSED,
    "lock table accounts in access exclusive mode": REFUSED,
    "select nextval('account_number_seq')": REFUSED,
    "select fb.settle(current_date, 100)": REFUSED,
    "select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user":
        "(permission denied|must be a (member|superuser))",
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """A victim with money, a thief without, and a security to buy."""

    world: World
    victim: User
    account: UUID
    thief: User
    security: UUID


@pytest.fixture(scope="module")
def scene(template: Database) -> Iterator[Scene]:
    with clone(template) as database, World(database) as world:
        # A copied database has rights of its own; the migration sets them.
        world.admin.execute(text("roles.sql").encode())
        world.open_market()
        victim, thief = world.user(), world.user()
        account = world.account(victim, 1_000)
        world.account(thief, 1)
        yield Scene(world, victim, account, thief, world.security("AAA"))


@pytest.fixture
def injected(scene: Scene) -> Iterator[Connection]:
    """A connection in the thief's name, in a transaction."""
    connection = scene.world.connect(scene.world.database.url("app_user"))
    with connection.transaction(force_rollback=True):
        connection.execute("select set_config('fb.identity', %s, true)", (scene.thief.token,))
        yield connection
    connection.close()


@pytest.mark.parametrize("statement", INJECTED)
def test_a_statement_brings_nothing(statement: str, injected: Connection) -> None:
    with pytest.raises(psycopg.Error, match=INJECTED[statement]):
        injected.execute(statement.encode())


def test_row_security_cannot_be_left_out(injected: Connection) -> None:
    injected.execute("set row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        injected.execute("select * from accounts")


@pytest.mark.parametrize("name", ["fb.identity", "fb.actor", "fb.user", "app.current_user_id"])
def test_a_setting_makes_nobody_else(name: str, scene: Scene, injected: Connection) -> None:
    for value in (str(scene.victim.user_id), f"user:{scene.victim.user_id}", "postgres"):
        with injected.transaction(force_rollback=True):
            injected.execute("select set_config(%s, %s, true)", (name, value))
            if name == "fb.identity":
                with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
                    injected.execute("select * from accounts")
                continue
            rows = injected.execute("select account_id from accounts").fetchall()
            assert len(rows) == 1
            assert rows[0]["account_id"] != scene.account


def forgeries(scene: Scene) -> dict[str, str]:
    """The thief's own token with one part of the victim's, and what else might pass."""
    mine, theirs = scene.thief.token.split("."), scene.victim.token.split(".")
    parts = {"user": 1, "scopes": 3, "account": 4, "expiry": 5}
    changed = {
        name: ".".join([*mine[:n], theirs[n] if name == "user" else value, *mine[n + 1 :]])
        for (name, n), value in zip(
            parts.items(), ("", "broker,trade", str(scene.account), "9999999999"), strict=True
        )
    }
    return {
        **changed,
        "nothing": "",
        "no signature": ".".join([*theirs[:6], ""]),
        "another key": ".".join(["2", *theirs[1:]]),
        "another's signature": ".".join([*theirs[:6], mine[6]]),
        "a name": f"user:{scene.victim.user_id}",
        "expired": scene.world.expired(scene.victim.user_id),
    }


def test_a_forged_actor_moves_nothing(scene: Scene) -> None:
    """As an argument of a command, the only thing that a command believes."""
    world = scene.world
    for name, token in forgeries(scene).items():
        for function, row in (
            ("place_order", w.order(token, scene.account, scene.security)),
            ("request_withdrawal", w.withdrawal(token, scene.account, 1)),
            ("transfer", w.transfer(token, scene.account, scene.account, 1)),
        ):
            verdict = world.do(function, row)
            assert verdict.outcome == "refused", name
            assert verdict.code in ("identity_invalid", "identity_expired"), (name, verdict.code)
    # In one batch with the victim's own, each row is whom it names.
    good, bad = (
        w.withdrawal(token, scene.account, 1)
        for token in (scene.victim.token, forgeries(scene)["user"])
    )
    found = world.call("request_withdrawal", [bad, good])
    assert [each.code for each in found] == ["identity_invalid", None]
    assert world.check_books() == {}


def test_what_is_audited_names_whom_the_signature_names(scene: Scene) -> None:
    """A setting put before a command is overwritten by the command's own actor."""
    world = scene.world
    broker = world.as_role("fb_broker")
    with broker.transaction():
        broker.execute("select set_config('fb.actor', 'user:somebody-else', true)")
        row = {**w.COMMON, "identity": world.broker, "key": "audit", "account_id": scene.account}
        (verdict,) = w.call(broker, "set_account_status", [row | {"status": "restricted"}])
    assert verdict.outcome == "accepted"
    logged = world.value(
        "select actor from audit_log where table_name = 'accounts' and record_id = %s"
        " order by recorded_at desc limit 1",
        str(scene.account),
    )
    assert logged == f"user:{world.broker.split('.')[1]}"
