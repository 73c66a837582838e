-- Autovacuum runs: without it tables only grow, until no transaction id is left.
-- severity: high
-- reference: CIS PostgreSQL 6.4
-- fix: alter system set {setting} = {wanted}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('autovacuum', 'on'),
        ('track_counts', 'on')
) as s (name, wanted)
where current_setting(s.name) <> s.wanted;
