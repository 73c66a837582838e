-- No table has policies that are not in force, since its row security is off.
-- severity: high
-- reference: splinter 0007 policy_exists_rls_disabled
-- fix: alter table {relation} enable row level security;
select distinct c.oid::regclass::text as relation
from pg_policy as p
inner join pg_class as c on p.polrelid = c.oid
where not c.relrowsecurity;
