"""What makes each check of access fail."""

from tests.doctor.installation import Fixture, statement

FIXTURES: dict[str, Fixture] = {
    "access.row_security_is_forced": statement(
        "alter table public.orders no force row level security"
    ),
    "access.policies_name_their_roles": statement(
        "create policy anybody on public.lots for select to public using (true)"
    ),
    "access.policies_run_once_a_query": statement(
        """drop policy owners_read on public.transfers;
        create policy owners_read on public.transfers for select to app_user
        using (account_id = any (fb.my_accounts()))"""
    ),
    "access.public_has_no_rights": statement("grant select on public.platform_settings to public"),
    "access.partitions_are_nobodys": statement(
        "grant select on public.entries_default to app_user"
    ),
    "access.views_do_not_leak": statement(
        "alter view public.portfolio_summary_live reset (security_invoker)"
    ),
    "access.functions_pin_their_search_path": statement(
        "alter function fb.audit_status() reset search_path"
    ),
    "access.roles_have_no_powers": statement("alter role fb_worker createdb"),
    "access.nobody_is_an_owner": statement("grant fb_owner to app_user"),
    "access.what_is_ours_has_our_owners": statement(
        "alter view public.months_to_close owner to postgres"
    ),
    "access.rights_are_reading_and_writing": statement(
        "grant truncate on public.audit_log to db_admin"
    ),
    "access.new_objects_are_nobodys": statement(
        "alter default privileges for role fb_owner grant select on tables to analytics_user"
    ),
    "access.private_functions_are_private": statement(
        "grant usage on schema fb_private to app_user"
    ),
    "access.settings_are_read_safely": statement(
        """create function fb.who() returns text language sql
        set search_path = pg_catalog, pg_temp as $$ select current_setting('fb.actor', true) $$;
        alter function fb.who() owner to fb_owner;
        revoke all on function fb.who() from public"""
    ),
}
