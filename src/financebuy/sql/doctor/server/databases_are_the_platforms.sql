-- Only the platform's database and PostgreSQL's own are on the server, or PUBLIC may connect to no other.
-- severity: low
-- reference: CIS PostgreSQL 5.4
-- fix: revoke connect on database {database} from public;
select quote_ident(d.datname) as database
from pg_database as d
where
    d.datallowconn and d.datname not in (current_database(), 'postgres', 'template1')
    and exists (
        select 1 from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
        where a.grantee = 0 and a.privilege_type = 'CONNECT'
    );
