-- Everything in our schemas belongs to an owner that never logs in, and what is the audit's to the audit's own.
-- severity: medium
-- reference: ours
-- fix: alter {kind} {name} owner to {rightful};
select
    case c.relkind
        when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table'
    end as kind,
    c.oid::regclass::text as name,
    pg_get_userbyid(c.relowner) as owner,
    'fb_owner' as rightful
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and pg_get_userbyid(c.relowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype in ('e', 'i'))
    and c.relkind <> 'c'
union all
select
    'function',
    p.oid::regprocedure::text,
    pg_get_userbyid(p.proowner),
    'fb_owner'
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and pg_get_userbyid(p.proowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
union all
select
    'schema',
    n.nspname::text,
    pg_get_userbyid(n.nspowner),
    'fb_owner'
from pg_namespace as n
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and pg_get_userbyid(n.nspowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
union all
select
    'table',
    c.oid::regclass::text,
    pg_get_userbyid(c.relowner),
    'fb_audit'
from pg_class as c
where
    c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and c.relname ~ '^(audit_.*|seals|seal_copies|sealer_state)$'
    and pg_get_userbyid(c.relowner) <> 'fb_audit'
union all
select
    'function',
    p.oid::regprocedure::text,
    pg_get_userbyid(p.proowner),
    'fb_audit'
from pg_proc as p
where
    p.pronamespace in ('fb'::regnamespace, 'fb_private'::regnamespace)
    and p.prosrc ~ '(insert into|update|delete from) public\.(audit_[er]|seals|seal_copies|sealer_state)'
    and pg_get_userbyid(p.proowner) <> 'fb_audit';
