-- Sessions that say nothing have their times in UTC.
-- severity: low
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set timezone = 'UTC'; select pg_reload_conf();
select s.reset_val as timezone
-- The doctor's own is UTC always; this is what the session began with.
from pg_settings as s
where s.name = 'TimeZone' and s.reset_val not in ('UTC', 'Etc/UTC', 'GMT');
