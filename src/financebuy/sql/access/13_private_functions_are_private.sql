-- Nobody may call a function of fb_private but its owner and the functions of the other owners, which never log in; and
-- nobody else may look into the schema.
select
    p.oid::regprocedure::text as function,
    pg_get_userbyid(a.grantee) as role
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
where
    n.nspname = 'fb_private' and a.grantee <> p.proowner
    and pg_get_userbyid(a.grantee) not in ('fb_owner', 'fb_secrets', 'fb_audit')
union all
select
    n.nspname::text,
    pg_get_userbyid(a.grantee)
from pg_namespace as n
cross join lateral aclexplode(n.nspacl) as a
where
    n.nspname = 'fb_private'
    and pg_get_userbyid(a.grantee) not in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit');
