"""What makes each check of the data, the server, the audit and the keys fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date

import psycopg

from financebuy.doctor.subject import Subject
from financebuy.doctor.versions import VERSIONS, Version
from tests.doctor.installation import Fixture, Installation, restarted, statement

_EPOCH = """
    insert into public.audit_epochs (
        epoch, log_id, origin, system_identifier, first_xid, opened_at, opened_by, reason,
        verifier_key, record
    )
    select 1, gen_random_uuid(), 'test', {identifier}, 0, now(), 'test', 'test', 'test', 'test'
    from pg_control_system() as c"""
_HERE = _EPOCH.format(identifier="c.system_identifier::text")

# Triggers and foreign keys aside: what they refuse is what a fault would leave behind.
_PLANT = "set local session_replication_role = replica;"


def _outside(make: str, unmake: str) -> Fixture:
    """What no transaction takes back: made, and removed again."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        installation.connection.execute(make.encode())
        try:
            yield installation.subject()
        finally:
            # It is gone already if what the doctor says was run.
            with suppress(psycopg.errors.UndefinedObject):
                installation.connection.execute(unmake.encode())

    return spoil


def _known(known: Callable[[Version], Version]) -> Fixture:
    """A later FinanceBuy, which knows more of the server's version."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        versions = {major: known(version) for major, version in VERSIONS.items()}
        yield replace(installation.subject(), versions=versions)

    return spoil


FIXTURES: dict[str, Fixture] = {
    # ------------------------------------------------------------------ data
    "data.collation_is_the_servers": statement(
        "update pg_database set datcollversion = '0' where datname = current_database()"
    ),
    "data.events_are_relayed": statement(
        f"""{_PLANT}
        insert into public.outbox (
            account_id, event_seq, kind, payload, command_id, recorded_at, effective_at
        )
        values (
            gen_random_uuid(), 1, 'test', '{{}}', gen_random_uuid(), now() - interval '1 hour',
            now()
        )"""
    ),
    "data.keys_are_pruned": statement(
        f"""{_PLANT}
        insert into public.idempotency_keys (
            actor, key, command, request_hash, command_id, created_at
        )
        values (
            'test', 'test', 'test', sha256('test'), gen_random_uuid(), now() - interval '40 days'
        )"""
    ),
    "data.partitions_are_ahead": statement(
        """do $$ begin
            execute 'drop table public.outbox_' || to_char(now() + interval '1 month', 'YYYY_MM');
        end $$"""
    ),
    "data.schema_is_this_versions": statement(
        "update fb_private.alembic_version set version_num = '0002'"
    ),
    "data.processes_beat": statement(
        """insert into public.process_heartbeats (process, instance, pid, started_at, beat_at)
        values ('worker', gen_random_uuid(), 1, now(), now() - interval '1 hour')"""
    ),
    "data.retention_is_seven_years": statement(
        "update public.platform_settings set value = '1 year' where name = 'audit_retention'"
    ),
    # ------------------------------------------------------------------ server
    "server.databases_are_the_platforms": _outside(
        "create database other template template0", "drop database other"
    ),
    "server.multixacts_are_young": statement(
        "update pg_database set datminmxid = '3000000000' where datname = 'template1'"
    ),
    "server.no_transaction_is_prepared": restarted(
        "max_prepared_transactions",
        "2",
        "begin; select pg_current_xact_id(); prepare transaction 'forgotten'",
        "rollback prepared 'forgotten'",
    ),
    "server.slots_are_used": _outside(
        "select pg_create_physical_replication_slot('forgotten', true)",
        "select pg_drop_replication_slot('forgotten')",
    ),
    "server.transaction_ids_are_young": statement(
        "update pg_database set datfrozenxid = '3000000000' where datname = 'template1'"
    ),
    "server.version_has_no_known_faults": _known(lambda known: replace(known, minor=99)),
    "server.version_is_supported": _known(lambda known: replace(known, ends=date(2020, 1, 1))),
    # ------------------------------------------------------------------ audit
    "audit.changes_are_recorded": statement("drop trigger audit_users on public.users"),
    "audit.epoch_is_this_servers": statement(_EPOCH.format(identifier="'another'")),
    "audit.heads_are_copied": statement(
        f"""{_HERE};
        insert into public.seals (
            epoch, seal_seq, kind, first_xid, end_xid, row_count, layout, merkle_root, record,
            frontier, head, salt, row_keys, leaves, sealed_at
        )
        select
            1, 1, 'rows', 0, pg_current_xact_id()::text::bigint + 1, 1, 1, sha256('a'), 'a', '',
            'a', sha256('a'), repeat('a', 25)::bytea, sha256('a'), now() - interval '1 hour'"""
    ),
    "audit.history_is_guarded": statement(
        "alter table public.entries disable trigger refuse_change"
    ),
    "audit.history_is_sealed_soon": statement(
        """insert into public.audit_log (
            log_id, recorded_at, actor, action, actor_kind, epoch, xid
        )
        values (gen_random_uuid(), now() - interval '1 hour', 'test', 'test', 'system', 1, 1)"""
    ),
    "audit.sealer_goes_on": statement(
        """insert into public.sealer_state (passed_at, stopped, stopped_at)
        values (now(), 'the newest head outside is missing', now())"""
    ),
    "audit.sealer_passes": statement(
        "insert into public.sealer_state (passed_at) values (now() - interval '1 hour')"
    ),
    # ------------------------------------------------------------------ privacy
    "privacy.columns_are_classified": statement(
        "alter table public.users add column shoe_size text"
    ),
    "privacy.secrets_are_nobodys": statement(
        "grant select (secret_hash) on public.api_keys to fb_broker"
    ),
    "privacy.keys_outlive_backups": statement(
        "update public.platform_settings set value = '10 days' where name = 'personal_key_kept'"
    ),
    "privacy.personal_key_is_young": statement(
        "update public.key_epochs set created_at = now() - interval '40 days'"
    ),
    "privacy.retired_keys_are_empty": statement(
        f"""{_PLANT}
        insert into public.key_epochs (tree, epoch, provider, state, created_at, retired_at)
        values ('personal', 99, 'file', 'retired', now(), now() - interval '9 days');
        insert into public.personal_data_keys (
            user_id, key_epoch, wrapped_key, created_at, generation
        )
        values (gen_random_uuid(), 99, repeat('x', 60)::bytea, now(), 1)"""
    ),
    "privacy.retired_keys_die": statement(
        """insert into public.key_epochs (tree, epoch, provider, state, created_at, retired_at)
        values ('personal', 99, 'file', 'retired', now(), now() - interval '1 year')"""
    ),
    "privacy.rotation_of_identities_ended": statement(
        """insert into fb_private.identity_keys (identity_key_id, inner_block, outer_block)
        select n, repeat('x', 64)::bytea, repeat('x', 64)::bytea
        from generate_series(98, 99) as n"""
    ),
}
