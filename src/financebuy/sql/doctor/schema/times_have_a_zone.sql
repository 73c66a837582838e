-- Every time is a moment: no column of ours is a timestamp without a time zone.
-- severity: medium
-- reference: ours
-- fix: alter table {relation} alter column {column_name} type timestamptz;
select
    c.oid::regclass::text as relation,
    quote_ident(a.attname) as column_name
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and c.relkind in ('r', 'p', 'm')
    and a.attnum > 0 and not a.attisdropped
    and format_type(a.atttypid, null) in ('timestamp without time zone', 'time with time zone')
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e');
