-- Nobody but our owners makes objects in a schema of ours: a function put there could be called for another.
-- severity: high
-- reference: CIS PostgreSQL 4.6; CVE-2018-1058
-- fix: revoke create on schema {schema} from {role};
select
    n.nspname as schema,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role
from pg_namespace as n
cross join lateral aclexplode(n.nspacl) as a
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and a.privilege_type = 'CREATE'
    and a.grantee not in (0, n.nspowner)
    and not (n.nspname = 'fb_private' and pg_get_userbyid(a.grantee) in ('fb_owner', 'fb_secrets'))
    and not (n.nspname <> 'reporting' and pg_get_userbyid(a.grantee) = 'fb_audit');
