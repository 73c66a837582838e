-- Everything in our schemas belongs to an owner that never logs in, and what is the audit's to the audit's own.
select
    'relation' as kind,
    c.oid::regclass::text as name,
    pg_get_userbyid(c.relowner) as owner
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
    pg_get_userbyid(p.proowner)
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
    pg_get_userbyid(n.nspowner)
from pg_namespace as n
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and pg_get_userbyid(n.nspowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
union all
select
    'table of the audit',
    c.oid::regclass::text,
    pg_get_userbyid(c.relowner)
from pg_class as c
where
    c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and c.relname ~ '^(audit_.*|seals|seal_copies|sealer_state)$'
    and pg_get_userbyid(c.relowner) <> 'fb_audit'
union all
select
    'function of the audit',
    p.oid::regprocedure::text,
    pg_get_userbyid(p.proowner)
from pg_proc as p
where
    p.pronamespace in ('fb'::regnamespace, 'fb_private'::regnamespace)
    and p.prosrc ~ '(insert into|update|delete from) public\.(audit_[er]|seals|seal_copies|sealer_state)'
    and pg_get_userbyid(p.proowner) <> 'fb_audit';
