-- Nobody makes temporary tables but the worker, which judges files of prices in them.
-- severity: low
-- reference: CIS PostgreSQL 4.6; CVE-2007-2138
-- fix: revoke temporary on database {database} from {role};
select
    quote_ident(d.datname) as database,
    quote_ident(pg_get_userbyid(a.grantee)) as role
from pg_database as d
cross join lateral aclexplode(d.datacl) as a
where
    d.datname = current_database()
    and a.privilege_type = 'TEMPORARY'
    and a.grantee not in (0, d.datdba) and pg_get_userbyid(a.grantee) <> 'fb_worker';
