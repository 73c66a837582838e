-- Questions that the supervisor and `financebuy status` ask. Run by the administrator's role.

-- name: database_exists
select 1
from pg_catalog.pg_database
where datname = %s;

-- name: create_database
create database {name} template template0;

-- name: heartbeat
select 1
from public.process_heartbeats
where process = %s
    and pid = %s
    and beat_at > clock_timestamp() - interval '5 seconds';

-- name: market_clock
select
    mode,
    phase,
    market_time,
    session_date
from public.market_clock;
