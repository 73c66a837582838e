-- No table is unlogged: a crash would empty it, and no standby has it.
-- severity: high
-- reference: ours
-- fix: alter table {relation} set logged;
select c.oid::regclass::text as relation
from pg_class as c
where c.relkind in ('r', 'S', 'm') and c.relpersistence = 'u';
