-- Each connection is logged, and its end: who was in the database, from where and for how long.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.20
-- fix: alter system set {setting} = {wanted}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('log_connections', 'on'),
        ('log_disconnections', 'on')
) as s (name, wanted)
-- Since PostgreSQL 18 the first may be a list of stages.
where current_setting(s.name) in ('off', '');
