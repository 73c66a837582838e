-- No table is a window to another server: row security and the books end there.
-- severity: high
-- reference: splinter 0017 foreign_table_in_api
-- fix: drop foreign table {relation};
select
    c.oid::regclass::text as relation,
    s.srvname as server
from pg_foreign_table as f
inner join pg_class as c on f.ftrelid = c.oid
inner join pg_foreign_server as s on f.ftserver = s.oid;
