-- The platform's administrator is the only superuser.
-- severity: high
-- reference: CIS PostgreSQL 4.3
-- fix: alter role {role} nosuperuser;
select quote_ident(r.rolname) as role
from pg_roles as r
where r.rolsuper and r.oid <> 10;
