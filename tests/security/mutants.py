"""Ways to open the schema: each a statement that only a superuser, or a careless migration, runs.

Where a function is changed, its own text is taken and one thing in it replaced.
"""


def changed(function: str, old: str, new: str) -> str:
    """The statement that replaces a text in a function, named with its arguments or alone."""
    kind = "regprocedure" if "(" in function else "regproc"
    return f"""
        do $mutant$
        declare
            v_text text := pg_get_functiondef('{function}'::{kind});
        begin
            if position($old${old}$old$ in v_text) = 0 then
                raise exception 'the mutant does not fit any more';
            end if;
            execute replace(v_text, $old${old}$old$, $new${new}$new$);
        end
        $mutant$"""


_NEW_TABLE = """
    create table public.forgotten (account_id uuid);
    alter table public.forgotten owner to fb_owner;
    alter table public.forgotten enable row level security;
    alter table public.forgotten force row level security;
    create policy owner_all on public.forgotten for all to fb_owner using (true);"""
_REFUSED = "if v_identity.problem is not null then"

MUTANTS = {
    # ------------------------------------------------------------------ policies
    "a policy is gone": "drop policy owners_read on accounts",
    "the platform's policy is gone": "drop policy platform_reads on exceptions",
    "the owner's policy is gone": "drop policy owner_all on entries",
    "a policy lets everything through": """
        drop policy owners_read on orders;
        create policy owners_read on orders for select to app_user using (true)""",
    "a second, permissive policy": """
        create policy open_ones on orders for select to app_user using (status <> 'filled')""",
    "a policy for everybody": "create policy anybody on lots for select to public using (true)",
    "a policy of users by their kind": """
        create policy by_kind on users for select to app_user using (kind = 'customer')""",
    "a policy believes a setting": """
        drop policy owners_read on holdings;
        create policy owners_read on holdings for select to app_user
        using (account_id = nullif(current_setting('fb.account', true), '')::uuid)""",
    "a policy runs once a row": """
        drop policy owners_read on transfers;
        create policy owners_read on transfers for select to app_user
        using (account_id = any (fb.my_accounts()))""",
    "a policy for writing": """
        create policy owners_write on orders for update to app_user
        using (account_id = any ((select fb.my_accounts())::uuid[]))""",
    "a policy takes no new row": """
        drop policy worker_writes on fee_schedules;
        create policy worker_writes on fee_schedules for all to fb_worker
        using (true) with check (false)""",
    "a policy lets nothing be changed": """
        drop policy venue_writes on market_clock;
        create policy venue_writes on market_clock for all to fb_venue using (false)""",
    "a restrictive policy that shuts the owner out": """
        create policy nobody on settlements as restrictive for select to app_user using (false)""",
    "row security is off": "alter table orders disable row level security",
    "row security is not forced": "alter table accounts no force row level security",
    "a partition's row security is off": "alter table entries_default disable row level security",
    "a partition's row security is not forced": """
        alter table audit_log_default no force row level security""",
    "a partition made by hand": """
        create table outbox_by_hand partition of outbox
        for values from ('1999-01-01') to ('1999-02-01')""",
    # ------------------------------------------------------------------ rights
    "a right on a partition": "grant select on entries_default to app_user",
    "a right on a column of a partition": "grant select (payload) on outbox_default to fb_venue",
    "analysts read a table": "grant select on accounts to analytics_user",
    "a column may be written": "grant update (balance) on accounts to app_user",
    "a ledger table may be written": "grant insert on entries to fb_venue",
    "a table may be emptied": "grant truncate on audit_log to db_admin",
    "a trigger may be put": "grant trigger on orders to app_user",
    "a right may be handed on": "grant select on orders to app_user with grant option",
    "a ciphertext may be read": "grant select (email_ciphertext) on users to auditor",
    "a secret's hash may be read": "grant select (secret_hash) on api_keys to fb_broker",
    "whole users may be read": "grant select on users to fb_worker",
    "a report of all accounts is a customer's": "grant select on portfolio_summary to app_user",
    "a counter may be used": "grant select, usage on sequence account_number_seq to app_user",
    "everybody reads a table": "grant select on platform_settings to public",
    "everybody connects": """
        do $$ begin
            execute format('grant connect on database %I to public', current_database());
        end $$""",
    "everybody makes temporary tables": """
        do $$ begin
            execute format('grant temporary on database %I to public', current_database());
        end $$""",
    "tomorrow's tables are open": """
        alter default privileges for role fb_owner grant select on tables to app_user""",
    "tomorrow's functions are open": """
        alter default privileges for role fb_owner grant execute on functions to public""",
    "the keys may be read": """
        grant usage on schema fb_private to app_user;
        grant select on fb_private.identity_keys to app_user""",
    "the application's owner reads the keys": """
        grant select on fb_private.identity_keys to fb_owner""",
    "reports may read more than they show": "grant select on transactions to fb_reporting",
    # ------------------------------------------------------------------ functions and views
    "everybody may execute": "grant execute on function fb.settle(date, integer) to public",
    "another's function": "grant execute on function fb.settle(date, integer) to app_user",
    "a private function is callable": """
        grant usage on schema fb_private to fb_venue;
        grant execute on function fb_private.uuid7() to fb_venue""",
    "a search path is not pinned": "alter function fb.my_accounts() reset search_path",
    "a search path begins elsewhere": """
        alter function fb.my_accounts() set search_path = public, pg_temp""",
    "a view asks with its owner's rights": """
        alter view portfolio_summary_live set (security_invoker = false)""",
    "a new view asks with its owner's rights": """
        create view public.leak as select * from accounts; grant select on leak to app_user""",
    "a report without its barrier": "alter view reporting.orders reset (security_barrier)",
    "an empty setting is an error": changed(
        "fb.my_accounts()", "nullif(current_setting('fb.identity', true), '')",
        "current_setting('fb.identity', true)",
    ),
    "an identity that is not right passes": changed(
        "fb.my_accounts()", _REFUSED, f"{_REFUSED.removesuffix('then')} and false then"
    ),
    "a signature is not compared": changed(
        "fb_private.identity_problem(text[],fb_private.identity_keys)", "<> (p_parts)[7]",
        "<> (p_parts)[7] and (p_parts)[7] <> ''",
    ),
    "time does not end an identity": changed(
        "fb_private.identity_problem(text[],fb_private.identity_keys)", "< clock_timestamp()",
        "< '-infinity'",
    ),
    "a key of one account opens all": changed(
        "fb.my_accounts()", "v_identity.account_id is null", "true"
    ),
    "a key of one account opens it to strangers": changed(
        "fb.my_accounts()", "o.user_id = v_identity.user_id",
        "(o.user_id = v_identity.user_id or v_identity.account_id is not null)",
    ),
    "viewers are shut out": changed(
        "fb.my_accounts()", "o.user_id = v_identity.user_id",
        "o.user_id = v_identity.user_id and o.role <> 'viewer'",
    ),
    "a role is believed by its name": changed(
        "fb.my_accounts()", _REFUSED, f"{_REFUSED.removesuffix('then')}"
        " and v_token not like 'user:%' then",
    ),
    # ------------------------------------------------------------------ roles and owners
    "a login passes row security": "alter role app_user bypassrls",
    "a login makes roles": "alter role db_admin createrole",
    "a login is a superuser": "alter role fb_migrator superuser",
    "an owner logs in": "alter role fb_owner login",
    "a login is another's member": "grant fb_broker to app_user",
    "a login is the owner's member": "grant fb_owner to fb_worker",
    "the migrator is the owner without saying so": """
        alter role fb_migrator inherit; revoke fb_owner from fb_migrator;
        grant fb_owner to fb_migrator""",
    "a login reads all data": "grant pg_read_all_data to auditor",
    "an administrator reads what others ask": "grant pg_read_all_stats to db_admin",
    "a new role": "create role intern login; grant auditor to intern",
    "a table is a login's": "alter table transfers owner to app_user",
    "a table that nobody classified": _NEW_TABLE,
    "the audit log is the application's": """
        alter table audit_log owner to fb_owner;
        create policy owner_too on audit_log for all to fb_owner using (true) with check (true)""",
    "the application's owner changes the audit log": "grant update on audit_log to fb_owner",
    "the application's owner reads the seals": """
        grant select on seals to fb_owner;
        create policy owner_too on seals for select to fb_owner using (true)""",
    "the application's owner seals": "alter function fb.add_seal owner to fb_owner",
    "the owners are one": "grant fb_audit to fb_owner",
}  # fmt: skip
