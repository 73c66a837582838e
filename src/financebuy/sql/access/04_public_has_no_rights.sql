-- PUBLIC, which is everybody, has no right on anything of ours: database, schemas, tables, columns, functions, types.
-- severity: high
-- reference: CIS PostgreSQL 4.6; splinter 0028, 0029
-- fix: revoke {privilege_type} on {kind} {name} from public;
select
    'database' as kind,
    quote_ident(d.datname) as name,
    a.privilege_type
from pg_database as d
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
where d.datname = current_database() and a.grantee = 0
union all
select
    'schema',
    n.nspname::text,
    a.privilege_type
from pg_namespace as n
cross join lateral aclexplode(n.nspacl) as a
where n.nspname in ('public', 'fb', 'fb_private', 'reporting') and a.grantee = 0
union all
select
    'table',
    c.oid::regclass::text,
    a.privilege_type
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where pg_get_userbyid(c.relowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit') and a.grantee = 0
union all
select
    'table',
    t.attrelid::regclass::text,
    format('%s (%I)', a.privilege_type, t.attname)
from pg_attribute as t
cross join lateral aclexplode(t.attacl) as a
where a.grantee = 0 and t.attrelid >= 16384
union all
select
    'function',
    p.oid::regprocedure::text,
    a.privilege_type
from pg_proc as p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
where pg_get_userbyid(p.proowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit') and a.grantee = 0
union all
select
    'type',
    t.oid::regtype::text,
    a.privilege_type
from pg_type as t
cross join lateral aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) as a
where
    pg_get_userbyid(t.typowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    and t.typtype in ('d', 'e') and a.grantee = 0;
