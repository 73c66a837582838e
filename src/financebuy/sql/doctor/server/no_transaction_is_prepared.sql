-- No transaction is prepared: a forgotten one holds its locks and keeps vacuum from cleaning.
-- severity: high
-- reference: ours
-- fix: rollback prepared {name};
select
    quote_literal(p.gid) as name,
    p.prepared,
    p.owner
from pg_prepared_xacts as p;
