-- Warnings and errors come into the log.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.14
-- fix: alter system reset {setting}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value
from (
    values
        ('log_min_messages'),
        ('log_min_error_statement')
) as s (name)
where current_setting(s.name) in ('log', 'fatal', 'panic', case s.name when 'log_min_messages' then 'error' end);
