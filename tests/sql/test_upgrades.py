"""A database of an older version comes up to this one with what it held."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from financebuy.cluster.throwaway import ThrowawayServer
from financebuy.database import migrate as migrations
from financebuy.database.migrate import head, migrate, revision
from financebuy.sql import load
from tests.support.databases import execute

# What the version before had: keys with the tables' owner, and triggers that write the audit log as
# it was then.
AS_IT_WAS = """
    set role fb_owner;
    insert into fb_private.identity_keys
    values (7, decode(repeat('36', 64), 'hex'), decode(repeat('5c', 64), 'hex'));
    create function fb_private.audit() returns trigger language plpgsql as $$
    begin
        insert into public.audit_log (log_id, recorded_at, transaction_xid, actor, action)
        values (gen_random_uuid(), now(), pg_current_xact_id(), 'the version before', tg_op);
        return null;
    end $$;
    create trigger audit_platform_settings after insert or update or delete
    on public.platform_settings for each row execute function fb_private.audit('name', 'value')"""


# What revision 0003 had of two deposits, the key of the second of which was pruned.
DEPOSITS = """
    set role fb_owner;
    insert into public.accounts (
        account_id, account_number, account_type, currency, balance, last_recorded_at, created_at,
        updated_at
    )
    values ('{account}', '100000001', 'individual', 'USD', 10, now(), now(), now());
    insert into public.transfers (
        transfer_id, account_id, direction, amount, currency, state, bank, bank_reference,
        command_id, requested_at, updated_at, effective_at
    )
    select n::uuid, '{account}', 'incoming', 5, 'USD', 'settled', 'a bank', r, n::uuid, now(),
        now(), now()
    from (values ('{kept}', 'kept'), ('{pruned}', 'pruned')) as d (n, r);
    insert into public.idempotency_keys (
        actor, key, command, request_hash, command_id, created_at
    )
    select 'bank:' || t.bank, t.bank_reference, 'deposit_received',
        sha256(convert_to(row(t.account_id, 5::numeric, 'USD', null::date)::text, 'UTF8')),
        t.command_id, now()
    from public.transfers as t where t.bank_reference = 'kept'"""
CLAIMED = """
    insert into idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    select actor, key, command, request_hash, gen_random_uuid(), now() from idempotency_keys"""
DEPOSIT = """
    select outcome, replayed, command_id from fb.deposit_received(
        array[null], array[null], array[null], array['a bank'], array[%s], array[%s::uuid],
        array[%s::numeric], array['USD'], array[null]::timestamptz[], array[null]::date[])"""


@pytest.fixture
def older(server: ThrowawayServer) -> Iterator[str]:
    """A database at revision 0002; yields the superuser's URL."""
    with _at(server, "0002", AS_IT_WAS) as url:
        yield url


@contextmanager
def _at(server: ThrowawayServer, revision: str, script: str) -> Iterator[str]:
    name = f"older_{secrets.token_hex(4)}"
    execute(server, "create database {name}", name=name)
    url = server.url_for("postgres", server.password, name)
    migrations._make_roles(url, {})
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    scripts = migrations._scripts()
    with engine.begin() as connection:
        migrations._script(connection, load("migrations").become_owner)
        environment = EnvironmentContext(
            Config(), scripts, fn=lambda current, _: scripts._upgrade_revs(revision, current)
        )
        with environment:
            environment.configure(connection=connection, version_table_schema="fb_private")
            environment.run_migrations()
    engine.dispose()
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(script.encode())
    yield url
    execute(server, "drop database {name} with (force)", name=name)


def test_what_an_older_database_held_is_there(older: str) -> None:
    assert revision(older) == "0002"
    report = migrate(older, passwords={})
    assert (report.before, report.after) == ("0002", head())
    with psycopg.connect(older) as admin:
        keys = admin.execute(
            "select identity_key_id, octet_length(inner_block), tableowner"
            " from fb_private.identity_keys, pg_tables where tablename = 'identity_keys'"
        ).fetchall()
    assert keys == [(7, 64, "fb_secrets")]


def test_keys_and_references_of_before_are_found_by_their_digests(server: ThrowawayServer) -> None:
    """What was claimed stays claimed, and what was booked stays booked once, for ever."""
    account, kept, pruned = (uuid4() for _ in range(3))
    held = DEPOSITS.format(account=account, kept=kept, pruned=pruned)
    with _at(server, "0003", held) as url:
        assert migrate(url, passwords={}).before == "0003"
        with psycopg.connect(url, autocommit=True) as admin:
            for reference, transfer_id in (("kept", kept), ("pruned", pruned)):
                again = admin.execute(DEPOSIT, (reference, account, 5)).fetchone()
                assert again == ("accepted", True, transfer_id)
                other = admin.execute(DEPOSIT, (reference, account, 6)).fetchone()
                assert other is not None
                assert other[0] == "conflict"
            assert admin.execute("select count(*) from transfers").fetchone() == (2,)
            for claimed in (CLAIMED, "update transfers set bank_reference = 'kept'"):
                with pytest.raises(psycopg.errors.UniqueViolation):
                    admin.execute(claimed.encode())


OLDER_PARTITIONS = """
    set role fb_owner;
    create table public.transactions_2026_01 partition of public.transactions
        for values from ('2026-01-01Z') to ('2026-02-01Z');
    create unique index transactions_2026_01_id_key on public.transactions_2026_01 (transaction_id);
    create table public.outbox_2026_01 partition of public.outbox
        for values from ('2026-01-01Z') to ('2026-02-01Z');
    create unique index outbox_2026_01_event_key
        on public.outbox_2026_01 (account_id, event_seq)"""
OWN_KEYS = """
    select i.indrelid::regclass::text as partition, i.indisprimary,
        array(select pg_get_indexdef(i.indexrelid, n, true)
            from generate_series(1, i.indnkeyatts) as n) as columns,
        pg_relation_filenode(i.indexrelid) as file
    from pg_index as i
    join pg_inherits as h on h.inhrelid = i.indrelid
    where i.indisunique and h.inhparent in ('transactions'::regclass, 'outbox'::regclass)"""


def test_a_partition_keeps_its_unique_index_as_its_primary_key(older: str) -> None:
    """The one that there was is taken, not made anew; new partitions have one like it."""
    with psycopg.connect(older, autocommit=True) as admin:
        admin.execute(OLDER_PARTITIONS)
        before = {(row[0], *row[2]): row[3] for row in admin.execute(OWN_KEYS)}
    migrate(older, passwords={})
    columns = {"transactions": ["transaction_id"], "outbox": ["account_id", "event_seq"]}
    with psycopg.connect(older) as admin:
        after = admin.execute(OWN_KEYS).fetchall()
    assert len(after) == len({row[0] for row in after}) > 4
    for partition, is_primary, its_columns, _ in after:
        assert (is_primary, its_columns) == (True, columns[partition.partition("_")[0]])
    kept = {(row[0], *row[2]): row[3] for row in after if row[0].endswith("_2026_01")}
    assert len(kept) == 2
    assert kept.items() <= before.items()
