-- What every long-running program of the platform says.

-- name: heartbeat
select fb.heartbeat(%(process)s, %(instance)s, %(pid)s);

-- name: schema_revision
select fb.schema_revision() as revision;

-- name: unlock_all
select pg_advisory_unlock_all();
