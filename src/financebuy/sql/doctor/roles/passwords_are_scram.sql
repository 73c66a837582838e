-- Every password is kept as SCRAM-SHA-256: an MD5 hash is enough to log in with.
-- severity: high
-- reference: CIS PostgreSQL 5.4
-- fix: alter role {role} password null; -- then financebuy db migrate, which sets the platform's own
select quote_ident(a.rolname) as role
from pg_authid as a
where a.rolpassword is not null and a.rolpassword not like 'SCRAM-SHA-256$%';
