-- Every constraint was checked against the rows that were there before it.
-- severity: medium
-- reference: ours
-- fix: alter table {relation} validate constraint {constraint_name};
select
    k.conrelid::regclass::text as relation,
    quote_ident(k.conname) as constraint_name
from pg_constraint as k
where not k.convalidated and k.conrelid <> 0;
