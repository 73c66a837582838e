-- Every role that logs in has a password, so that no rule of pg_hba.conf alone lets it in.
-- severity: medium
-- reference: CIS PostgreSQL 4.10
-- fix: financebuy db migrate
select quote_ident(a.rolname) as role
from pg_authid as a
where a.rolcanlogin and a.rolpassword is null;
