-- The server has read its configuration since it was written: what stands there is in force.
-- severity: low
-- reference: ours
-- fix: select pg_reload_conf();
select
    f.path as file,
    pg_conf_load_time() as was_read,
    d.modification as was_written
from (
    values
        (current_setting('config_file')),
        (current_setting('hba_file')),
        (current_setting('ident_file')),
        (current_setting('data_directory') || '/postgresql.auto.conf')
) as f (path)
cross join pg_stat_file(f.path) as d
where d.modification > pg_conf_load_time();
