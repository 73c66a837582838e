-- No role but db_admin may end another's session or make a checkpoint, and none may hold up the server otherwise.
-- severity: medium
-- reference: CIS PostgreSQL 4.9
-- fix: revoke {power} from {role};
select
    quote_ident(pg_get_userbyid(m.member)) as role,
    pg_get_userbyid(m.roleid) as power
from pg_auth_members as m
where
    pg_get_userbyid(m.roleid) in (
        'pg_signal_backend', 'pg_signal_autovacuum_worker', 'pg_checkpoint', 'pg_create_subscription',
        'pg_use_reserved_connections'
    )
    and not (
        pg_get_userbyid(m.member) = 'db_admin' and pg_get_userbyid(m.roleid) in ('pg_signal_backend', 'pg_checkpoint')
    );
