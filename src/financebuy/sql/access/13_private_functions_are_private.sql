-- Nobody may call a function of fb_private but its owner and the functions of the other owners, which never log in; and
-- nobody else may look into the schema.
-- severity: high
-- reference: ours
-- fix: revoke all on {kind} {name} from {role};
select
    'function' as kind,
    p.oid::regprocedure::text as name,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
where
    n.nspname = 'fb_private' and a.grantee <> p.proowner
    and pg_get_userbyid(a.grantee) not in ('fb_owner', 'fb_secrets', 'fb_audit')
union all
select
    'schema',
    quote_ident(n.nspname),
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end
from pg_namespace as n
cross join lateral aclexplode(n.nspacl) as a
where
    n.nspname = 'fb_private'
    and pg_get_userbyid(a.grantee) not in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit');
