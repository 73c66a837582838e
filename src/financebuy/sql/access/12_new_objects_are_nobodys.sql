-- What is made tomorrow belongs to its owner alone: defaults give nobody anything, and take from PUBLIC what PostgreSQL
-- gives it.
select
    pg_get_userbyid(d.defaclrole) as owner,
    d.defaclobjtype::text as kind,
    pg_get_userbyid(a.grantee) as role,
    a.privilege_type
from pg_default_acl as d
cross join lateral aclexplode(d.defaclacl) as a
where a.grantee <> d.defaclrole
union all
select
    r.rolname::text,
    k.kind::text,
    'public',
    'by default'
from pg_roles as r
cross join unnest(array['f', 'T']) as k (kind)
where
    r.rolname in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    and not exists (
        select 1 from pg_default_acl as d
        where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype::text = k.kind
    );
