-- Parse trees and plans, which hold people's data, are not written into the log.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.16
-- fix: alter system set {setting} = {wanted}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('debug_print_parse', 'off'),
        ('debug_print_rewritten', 'off'),
        ('debug_print_plan', 'off'),
        ('trace_notify', 'off')
) as s (name, wanted)
where current_setting(s.name) <> s.wanted;
