-- No role reads other sessions' statements or all settings: texts hold data, settings hold places.
-- severity: medium
-- reference: CIS PostgreSQL 4.9
-- fix: revoke {power} from {role};
select
    quote_ident(pg_get_userbyid(m.member)) as role,
    pg_get_userbyid(m.roleid) as power
from pg_auth_members as m
where
    pg_get_userbyid(m.roleid) in ('pg_read_all_stats', 'pg_monitor', 'pg_read_all_settings')
    and pg_get_userbyid(m.member) not like 'pg\_%';
