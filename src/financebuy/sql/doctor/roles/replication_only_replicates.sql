-- fb_replication copies the server and may do nothing else: no table, view or function is its own to use.
-- severity: medium
-- reference: CIS PostgreSQL 7.1
-- fix: revoke all on {kind} {name} from fb_replication;
select
    'table' as kind,
    c.oid::regclass::text as name,
    a.privilege_type as privilege
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where pg_get_userbyid(a.grantee) = 'fb_replication'
union all
select
    'function',
    p.oid::regprocedure::text,
    a.privilege_type
from pg_proc as p
cross join lateral aclexplode(p.proacl) as a
where pg_get_userbyid(a.grantee) = 'fb_replication';
