-- No database has used a quarter of the transaction ids: at two billions it stops writing.
-- severity: high
-- reference: ours
-- fix: vacuumdb --all --freeze
select
    quote_ident(d.datname) as database,
    age(d.datfrozenxid) as age
from pg_database as d
where age(d.datfrozenxid) > 500000000;
