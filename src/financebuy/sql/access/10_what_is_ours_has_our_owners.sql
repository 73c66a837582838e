-- Everything in our schemas belongs to an owner that never logs in.
-- severity: medium
-- reference: ours
-- fix: alter {kind} {name} owner to fb_owner;
select
    case c.relkind
        when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table'
    end as kind,
    c.oid::regclass::text as name,
    pg_get_userbyid(c.relowner) as owner
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and pg_get_userbyid(c.relowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting')
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
    and pg_get_userbyid(p.proowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting')
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
union all
select
    'schema',
    n.nspname::text,
    pg_get_userbyid(n.nspowner)
from pg_namespace as n
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and pg_get_userbyid(n.nspowner) not in ('fb_owner', 'fb_secrets', 'fb_reporting');
