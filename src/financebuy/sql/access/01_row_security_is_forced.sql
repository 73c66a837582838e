-- Row security holds on every table and partition, for its owner too. Partitions of prices are the owner's alone.
-- severity: high
-- reference: CIS PostgreSQL 4.7; splinter 0013 rls_disabled_in_public
-- fix: alter table {relation} enable row level security, force row level security;
select
    c.oid::regclass::text as relation,
    c.relrowsecurity as enabled,
    c.relforcerowsecurity as forced
from pg_class as c
where
    c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and not (c.relrowsecurity and c.relforcerowsecurity)
    and not (c.relispartition and c.relname like 'price\_bars\_%')
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e');
