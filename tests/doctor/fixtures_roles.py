"""What makes each check of roles and their rights fail."""

from tests.doctor.installation import Fixture, statement

FIXTURES: dict[str, Fixture] = {
    "roles.logins_are_ours": statement("create role mallory login password 'a long enough one'"),
    "roles.logins_have_passwords": statement("alter role fb_monitor password null"),
    "roles.nobody_else_bypasses_row_security": statement("create role mallory bypassrls"),
    "roles.nobody_else_is_superuser": statement("create role mallory superuser"),
    "roles.nobody_else_makes_roles": statement("create role mallory createrole"),
    "roles.nobody_reaches_the_machine": statement(
        "create role mallory; grant pg_execute_server_program to mallory"
    ),
    "roles.nobody_reads_all_data": statement(
        "create role mallory; grant pg_write_all_data to mallory"
    ),
    "roles.nobody_reads_query_texts": statement("create role mallory; grant pg_monitor to mallory"),
    "roles.nobody_signals_sessions": statement(
        "create role mallory; grant pg_signal_backend to mallory"
    ),
    "roles.parameters_are_the_administrators": statement(
        "grant set on parameter session_replication_role to fb_worker"
    ),
    "roles.passwords_are_scram": statement(
        "alter role fb_monitor password 'md5d8578edf8458ce06fbc5bb76a58c5ca4'"
    ),
    "roles.passwords_do_not_end": statement("alter role fb_monitor valid until '2020-01-01'"),
    "roles.replication_only_replicates": statement(
        "grant select on public.accounts to fb_replication"
    ),
    "roles.settings_change_no_meaning": statement(
        "alter role analytics_user set search_path = public"
    ),
    "roles.waits_are_bounded": statement("alter role app_user reset statement_timeout"),
    "rights.all_accounts_are_for_analysts": statement(
        "grant select on public.portfolio_summary to fb_broker"
    ),
    "rights.no_definer_is_a_superuser": statement(
        """create function pg_catalog.anything(text) returns text language sql security definer
        as 'select pg_read_file($1)'"""
    ),
    "rights.nobody_makes_objects": statement("grant create on schema public to app_user"),
    "rights.nobody_makes_schemas": statement("grant create on database financebuy to fb_worker"),
    "rights.nobody_writes_the_ledger": statement("grant update on public.orders to fb_venue"),
    "rights.password_hashes_are_the_administrators": statement(
        "grant select on pg_authid to auditor"
    ),
    "rights.statistics_are_the_administrators": statement(
        "grant select on public.pg_stat_statements to fb_monitor"
    ),
    "rights.system_functions_are_not_handed_out": statement(
        "grant execute on function pg_read_file(text) to auditor"
    ),
    "rights.temporary_tables_are_the_workers": statement(
        "grant temporary on database financebuy to app_user"
    ),
}
