-- Nobody rewrites the catalogue by hand, and nothing is read past its indexes.
-- severity: high
-- reference: CIS PostgreSQL 6.2, 6.5
-- fix: alter system set {setting} = {wanted}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('allow_system_table_mods', 'off'),
        ('ignore_system_indexes', 'off')
) as s (name, wanted)
where current_setting(s.name) <> s.wanted;
