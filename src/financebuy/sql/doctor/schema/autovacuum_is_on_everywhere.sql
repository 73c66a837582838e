-- Autovacuum is switched off for no table.
-- severity: medium
-- reference: ours
-- fix: alter table {relation} reset (autovacuum_enabled);
select c.oid::regclass::text as relation
from pg_class as c
where
    'autovacuum_enabled=false' = any(c.reloptions)
    or 'autovacuum_enabled=off' = any(c.reloptions)
    or 'autovacuum_enabled=0' = any(c.reloptions);
