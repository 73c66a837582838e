"""What makes each check of the schema fail."""

from tests.doctor.installation import Fixture, statement

# A function of ours, as the checks of access want one.
_PROPER = """
    alter function fb_private.spare() owner to fb_owner;
    revoke all on function fb_private.spare() from public"""

FIXTURES: dict[str, Fixture] = {
    "schema.autovacuum_is_on_everywhere": statement(
        "alter table public.orders set (autovacuum_enabled = off)"
    ),
    "schema.constraints_are_validated": statement(
        "alter table public.lots add constraint later check (quantity is not null) not valid"
    ),
    "schema.extensions_are_current": statement(
        """drop extension pg_stat_statements;
        create extension pg_stat_statements version '1.9';
        revoke all on pg_stat_statements, pg_stat_statements_info from public"""
    ),
    "schema.extensions_are_known": statement("create extension pg_trgm"),
    "schema.foreign_keys_are_indexed": statement("drop index public.account_owners_user_id_idx"),
    "schema.functions_are_written_in_sql": statement(
        f"""create function fb_private.spare() returns integer language internal
        set search_path = pg_catalog, pg_temp as 'pg_backend_pid';
        {_PROPER}"""
    ),
    "schema.indexes_are_valid": statement(
        """update pg_index set indisvalid = false
        where indexrelid = 'public.transfers_requested_idx'::regclass"""
    ),
    "schema.languages_are_trusted": statement(
        "create language mallory handler pg_catalog.plpgsql_call_handler"
    ),
    "schema.money_is_exact": statement(
        "alter table public.fee_schedules alter column flat type double precision"
    ),
    "schema.no_event_triggers": statement(
        f"""create function fb_private.spare() returns event_trigger language plpgsql
        set search_path = pg_catalog, pg_temp as 'begin end';
        {_PROPER};
        create event trigger mallory on ddl_command_end execute function fb_private.spare()"""
    ),
    "schema.no_index_stands_twice": statement(
        "create index twice on public.transfers (account_id, requested_at)"
    ),
    "schema.no_large_objects": statement("select lo_create(0)"),
    "schema.no_other_server_is_known": statement(
        """create foreign data wrapper window_maker;
        create server other foreign data wrapper window_maker"""
    ),
    "schema.no_rule_rewrites": statement(
        "create rule quietly as on delete to public.orders do instead nothing"
    ),
    "schema.no_table_is_foreign": statement(
        """create foreign data wrapper window_maker;
        create server other foreign data wrapper window_maker;
        create foreign table public.window (account_id uuid) server other;
        alter foreign table public.window owner to fb_owner"""
    ),
    "schema.no_table_is_unlogged": statement("alter table public.process_heartbeats set unlogged"),
    "schema.no_type_blocks_an_upgrade": statement(
        """alter table public.process_heartbeats
        alter column pid type regproc using pid::oid::regproc"""
    ),
    "schema.nothing_claims_to_be_leakproof": statement(
        "alter function fb.schema_revision() leakproof"
    ),
    "schema.nothing_is_published": statement(
        "create publication everything for table public.users"
    ),
    "schema.one_policy_answers": statement(
        "create policy open_ones on public.orders for select to app_user using (status <> 'filled')"
    ),
    "schema.owners_have_a_policy": statement("drop policy owner_all on public.settlements"),
    "schema.policies_are_in_force": statement(
        """create policy anew on public.price_bars_default for select to fb_worker using (true);
        alter table public.price_bars_default disable row level security"""
    ),
    "schema.schemas_are_known": statement("create schema elsewhere"),
    "schema.sequences_have_room": statement(
        """alter sequence public.account_number_seq as integer restart with 2000000000;
        select nextval('public.account_number_seq')"""
    ),
    "schema.tables_have_primary_keys": statement(
        "alter table public.process_heartbeats drop constraint process_heartbeats_pkey"
    ),
    "schema.times_have_a_zone": statement(
        "alter table public.approvals alter column decided_at type timestamp without time zone"
    ),
    "schema.triggers_are_enabled": statement(
        "alter table public.users disable trigger audit_users"
    ),
    "schema.triggers_are_ours": statement(
        """create trigger quietly before update on public.users
        for each row execute function suppress_redundant_updates_trigger()"""
    ),
}
