-- No other role makes roles, databases or copies of the server: only who administers it does.
-- severity: high
-- reference: CIS PostgreSQL 4.3, 7.1
-- fix: alter role {role} nocreaterole nocreatedb noreplication;
select
    quote_ident(r.rolname) as role,
    r.rolcreaterole as makes_roles,
    r.rolcreatedb as makes_databases,
    r.rolreplication as copies
from pg_roles as r
where
    (r.rolcreaterole or r.rolcreatedb or r.rolreplication)
    and not r.rolsuper
    and r.rolname <> session_user
    -- Which the check of our own roles names.
    and r.rolname not like 'fb\_%' and r.rolname not in ('app_user', 'analytics_user', 'db_admin', 'auditor');
