-- What the catalogue says of tables, writers and readers of personal data; run by the superuser.

-- name: unwatched
-- Each table with each way to change it: recorded by an enabled trigger of the audit, refused by one, or neither.
with ways (way, bit) as (
    values ('insert', 4), ('delete', 8), ('update', 16)
)

select
    case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name,
    w.way,
    coalesce(bool_or(p.proname like 'audit%'), false) as recorded,
    coalesce(bool_or(p.proname = 'refuse_change'), false) as refused,
    -- Of an update that is recorded for some columns alone: which.
    (
        select array_agg(distinct a.attname::text)
        from pg_trigger as u
        inner join pg_proc as q on q.oid = u.tgfoid and q.proname like 'audit%'
        cross join lateral unnest(u.tgattr::smallint[]) as k (number)
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum = k.number
        where w.way = 'update' and u.tgrelid = c.oid and not u.tgisinternal
    ) as columns
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join ways as w
left join pg_trigger as t
    on t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgtype & w.bit > 0
left join pg_proc as p on p.oid = t.tgfoid and p.pronamespace = 'fb_private'::regnamespace
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting') and c.relkind in ('r', 'p') and not c.relispartition
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
group by c.oid, n.nspname, c.relname, w.way, w.bit
order by 1, 2;

-- name: functions
-- Every function of ours, its text, and whether a login may call it.
select
    n.nspname || '.' || p.proname as name, p.provolatile = 'v' as is_volatile,
    pg_get_function_result(p.oid) as answer,
    pg_get_functiondef(p.oid) as text,
    exists (
        select 1 from pg_roles as r
        where r.rolcanlogin and not r.rolsuper and has_function_privilege(r.oid, p.oid, 'execute')
            and has_schema_privilege(r.oid, n.oid, 'usage')
    ) as is_called
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('fb', 'fb_private') and p.prokind = 'f'
order by 1;

-- name: traces
-- How many rows of history there are.
select
    (select count(*) from transactions) + (select count(*) from entries) + (select count(*) from executions)
    + (select count(*) from order_events) + (select count(*) from audit_log) as n;
