-- No role may read or write every table, but for fb_backup, which dumps them.
-- severity: high
-- reference: CIS PostgreSQL 4.3, 4.9
-- fix: revoke {power} from {role};
select
    quote_ident(pg_get_userbyid(m.member)) as role,
    pg_get_userbyid(m.roleid) as power
from pg_auth_members as m
where
    pg_get_userbyid(m.roleid) in ('pg_read_all_data', 'pg_write_all_data', 'pg_maintain')
    and pg_get_userbyid(m.member) <> 'fb_backup';
