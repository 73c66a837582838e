-- Owners never log in, and no role of ours has a power over the server: but for fb_backup, which dumps every row, and
-- fb_replication.
-- severity: high
-- reference: CIS PostgreSQL 4.3
-- fix: alter role {rolname} nosuperuser nocreaterole nocreatedb nobypassrls noreplication;
select
    quote_ident(r.rolname) as rolname,
    r.rolcanlogin,
    r.rolsuper,
    r.rolbypassrls,
    r.rolreplication,
    r.rolcreaterole,
    r.rolcreatedb
from pg_roles as r
where
    (r.rolname like 'fb\_%' or r.rolname in ('app_user', 'analytics_user', 'db_admin', 'auditor'))
    and (
        r.rolsuper or r.rolcreaterole or r.rolcreatedb
        or (r.rolbypassrls and r.rolname <> 'fb_backup')
        or (r.rolreplication and r.rolname not in ('fb_backup', 'fb_replication'))
        or (r.rolcanlogin and r.rolname in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit'))
    );
