-- No index is the same as another one: the second costs every write and helps no read.
-- severity: low
-- reference: splinter 0009 duplicate_index
-- fix: drop index concurrently {index};
select
    max(i.indexrelid)::regclass::text as index,
    min(i.indexrelid)::regclass::text as same_as
from pg_index as i
inner join pg_class as c on i.indexrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema') and i.indisvalid
group by
    i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text, i.indisunique,
    pg_get_expr(i.indpred, i.indrelid), pg_get_expr(i.indexprs, i.indrelid)
having count(*) > 1;
