-- No extension is installed but those that the platform uses or may use.
-- severity: medium
-- reference: CIS PostgreSQL 1.5; ours
-- fix: drop extension {extension};
select
    quote_ident(e.extname) as extension,
    e.extversion as version
from pg_extension as e
where e.extname not in ('plpgsql', 'pg_stat_statements', 'timescaledb');
