-- Checkpoints, long waits for locks and large temporary files are logged.
-- severity: low
-- reference: ours
-- fix: alter system set {setting} = '{wanted}'; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('log_checkpoints', 'on'),
        ('log_lock_waits', 'on'),
        ('log_temp_files', '10MB'),
        ('log_autovacuum_min_duration', '10s')
) as s (name, wanted)
where current_setting(s.name) in ('off', '-1');
