-- Questions that the supervisor and `financebuy status` ask: heartbeat, market_clock and sealing as fb_monitor, the
-- others by the administrator's role.

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

-- name: sealing
select s.sealed_rows, s.unsealed_rows, s.oldest_unsealed, s.uncopied_heads, s.stopped
from fb.audit_status() as s;

-- name: is_empty
-- Whether nobody's table is in this database.
select not exists (
    select 1
    from pg_catalog.pg_class as c
    inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where
        c.relkind in ('r', 'p', 'm')
        and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like 'pg\_%'
) as empty;

-- name: reload_configuration
select pg_reload_conf();

-- name: has_users
select exists (select 1 from public.users) as found;

-- name: rules
select s.name, s.value from public.platform_settings as s
where s.name in ('paper', 'withdrawal_wait', 'staff_for_customers', 'deposit_approval_from');

-- name: close_database
alter database {name} with allow_connections false;

-- name: drop_database
drop database if exists {name} with (force);

-- name: rename_database
alter database {name} rename to {new_name};

-- name: now
select clock_timestamp();

-- name: is_loaded_since
select pg_conf_load_time() >= %s;

-- name: end_connections_by_certificate
select pg_terminate_backend(s.pid) from pg_catalog.pg_stat_ssl as s where s.client_serial = %(serial)s;

-- name: pids
select s.pid from pg_catalog.pg_stat_activity as s where s.pid is not null;

-- name: become_recorder
set local role fb_owner;

-- name: act_as_platform
-- What somebody does at the console is the platform's own doing; the origin says by which account of the machine.
select fb_private.act_as('user:' || fb_private.platform_user(), null, null, %(origin)s);

-- name: record
select fb_private.audit(%(action)s, %(what)s, %(record_id)s, p_after => %(details)s::jsonb);
