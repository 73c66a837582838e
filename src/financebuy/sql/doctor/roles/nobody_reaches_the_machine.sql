-- No role may read or write the server's files, or run its programs.
-- severity: high
-- reference: CIS PostgreSQL 4.3, 4.9
-- fix: revoke {power} from {role};
select
    quote_ident(pg_get_userbyid(m.member)) as role,
    pg_get_userbyid(m.roleid) as power
from pg_auth_members as m
where
    pg_get_userbyid(m.roleid) in (
        'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
    );
