-- Every table has a primary key, or each of its partitions, by which a row can be named, proven and replicated.
-- severity: medium
-- reference: splinter 0004 no_primary_key
-- fix: alter table {relation} add primary key (…);
select c.oid::regclass::text as relation
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and c.relkind in ('r', 'p')
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
    and not exists (select 1 from pg_index as i where i.indrelid = c.oid and i.indisprimary)
    -- A partitioned table holds no rows: its partitions are judged.
    and not (c.relkind = 'p' and exists (select 1 from pg_inherits as h where h.inhparent = c.oid));
