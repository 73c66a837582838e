-- The database sorts as the libraries of this server do: after an upgrade of theirs its indexes may be wrong.
-- severity: high
-- reference: ours
-- fix: reindex database {database}; -- then: alter database {database} refresh collation version
select
    quote_ident(d.datname) as database,
    d.datcollversion as made_with,
    pg_database_collation_actual_version(d.oid) as version
from pg_database as d
where
    d.datname = current_database()
    and d.datcollversion is distinct from pg_database_collation_actual_version(d.oid);
