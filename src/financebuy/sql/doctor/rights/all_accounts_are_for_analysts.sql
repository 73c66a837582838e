-- A materialized view knows no row security: it is read by who may see all accounts, analysts and the auditor.
-- severity: high
-- reference: splinter 0016 materialized_view_in_api
-- fix: revoke {privilege} on {relation} from {role};
select
    c.oid::regclass::text as relation,
    quote_ident(pg_get_userbyid(a.grantee)) as role,
    a.privilege_type as privilege
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where
    c.relkind = 'm'
    and a.grantee not in (0, c.relowner)
    and pg_get_userbyid(a.grantee) not in ('analytics_user', 'auditor', 'fb_worker');
