-- No database has used a quarter of the ids of shared row locks.
-- severity: high
-- reference: ours
-- fix: vacuumdb --all --freeze
select
    quote_ident(d.datname) as database,
    mxid_age(d.datminmxid) as age
from pg_database as d
where mxid_age(d.datminmxid) > 500000000;
