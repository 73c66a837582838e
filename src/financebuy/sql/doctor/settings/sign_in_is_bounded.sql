-- Whoever connects must say who they are within a minute: connections that only wait are ended.
-- severity: low
-- reference: CIS PostgreSQL 6.4
-- fix: alter system set authentication_timeout = '1min'; select pg_reload_conf();
select current_setting('authentication_timeout') as authentication_timeout
from pg_settings as s
where s.name = 'authentication_timeout' and s.setting::integer > 60;
