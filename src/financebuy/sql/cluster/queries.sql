-- Questions that the supervisor and `financebuy status` ask. Run by the administrator's role.

-- name: server_version
SELECT current_setting('server_version_num')::int;

-- name: database_exists
SELECT 1
FROM pg_catalog.pg_database
WHERE datname = %s;

-- name: create_database
CREATE DATABASE {name} TEMPLATE template0;

-- name: heartbeat
SELECT 1
FROM public.process_heartbeats
WHERE process = %s
    AND pid = %s
    AND beat_at > clock_timestamp() - INTERVAL '5 seconds';

-- name: market_clock
SELECT
    mode,
    phase,
    market_time,
    session_date
FROM public.market_clock;

-- name: has_schema
SELECT 1
WHERE to_regclass('public.alembic_version') IS NOT NULL;

-- name: revision
SELECT version_num
FROM public.alembic_version;
