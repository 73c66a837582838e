-- What is made tomorrow belongs to its owner alone: defaults give nobody anything, and take from PUBLIC what PostgreSQL
-- gives it.
-- severity: medium
-- reference: ours
-- fix: alter default privileges for role {owner} revoke all on {kind} from {role};
select
    pg_get_userbyid(d.defaclrole) as owner,
    case d.defaclobjtype
        when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
        when 'n' then 'schemas' else d.defaclobjtype::text
    end as kind,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role,
    a.privilege_type
from pg_default_acl as d
cross join lateral aclexplode(d.defaclacl) as a
where a.grantee <> d.defaclrole
union all
select
    r.rolname::text,
    k.objects,
    'public',
    'by default'
from pg_roles as r
cross join (values ('f', 'functions'), ('T', 'types')) as k (kind, objects)
where
    r.rolname in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    and not exists (
        select 1 from pg_default_acl as d
        where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype::text = k.kind
    );
