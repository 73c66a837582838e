-- No transaction was prepared and forgotten, which holds its locks and keeps vacuum from cleaning.
-- severity: high
-- reference: ours
-- fix: rollback prepared '{name}';
select
    p.gid as name,
    p.prepared,
    p.owner
from pg_prepared_xacts as p
where p.prepared < now() - interval '5 minutes';
