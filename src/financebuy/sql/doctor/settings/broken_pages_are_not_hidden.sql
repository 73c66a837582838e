-- A page that is broken is an error, and is not read as if it were empty.
-- severity: high
-- reference: CIS PostgreSQL 6.5
-- fix: alter system set {setting} = {wanted}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('zero_damaged_pages', 'off'),
        ('ignore_checksum_failure', 'off')
) as s (name, wanted)
where current_setting(s.name) <> s.wanted;
