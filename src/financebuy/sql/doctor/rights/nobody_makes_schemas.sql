-- Nobody but its owner makes schemas and publications in the database.
-- severity: medium
-- reference: CIS PostgreSQL 4.6
-- fix: revoke create on database {database} from {role};
select
    quote_ident(d.datname) as database,
    quote_ident(pg_get_userbyid(a.grantee)) as role
from pg_database as d
cross join lateral aclexplode(d.datacl) as a
where
    d.datname = current_database()
    and a.privilege_type = 'CREATE' and a.grantee not in (0, d.datdba);
