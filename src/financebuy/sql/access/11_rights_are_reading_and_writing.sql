-- No login empties, references or puts triggers on a table, none may hand a right on, and none uses a sequence.
-- severity: high
-- reference: CIS PostgreSQL 4.6
-- fix: revoke {privilege_type} on {relation} from {role};
select
    c.oid::regclass::text as relation,
    quote_ident(pg_get_userbyid(a.grantee)) as role,
    a.privilege_type,
    a.is_grantable
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where
    pg_get_userbyid(c.relowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    and a.grantee <> c.relowner
    and (
        a.is_grantable
        or a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        or c.relkind = 'S'
    );
