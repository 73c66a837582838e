-- What every long-running program of the platform says.

-- name: heartbeat
select fb.heartbeat(%(process)s, %(instance)s, %(pid)s);

-- name: schema_revision
select fb.schema_revision() as revision;

-- name: unlock_all
select pg_advisory_unlock_all();

-- name: wait_for_standbys
select pg_logical_emit_message(true, 'financebuy', 'look-up');
