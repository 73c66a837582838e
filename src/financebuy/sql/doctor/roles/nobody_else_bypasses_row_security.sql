-- No other role bypasses row security: fb_backup alone does, which dumps every row.
-- severity: high
-- reference: CIS PostgreSQL 4.7
-- fix: alter role {role} nobypassrls;
select quote_ident(r.rolname) as role
from pg_roles as r
where
    r.rolbypassrls and not r.rolsuper
    and r.rolname <> 'fb_backup'
    -- Which the check of our own roles names.
    and r.rolname not like 'fb\_%' and r.rolname not in ('app_user', 'analytics_user', 'db_admin', 'auditor');
