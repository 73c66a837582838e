-- The server has read its configuration since it was written: what stands there is in force.
-- severity: low
-- reference: ours
-- fix: {remedy}
select
    f.path as file,
    pg_conf_load_time() as was_read,
    d.modification as was_written,
    -- What a start writes whole nobody should have edited, and reading it would put it in force.
    case
        when current_setting('cluster_name') = 'financebuy' and f.is_written_whole
            then 'financebuy down && financebuy up --detach'
        else 'financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from (
    values
        (current_setting('config_file'), true),
        (current_setting('hba_file'), true),
        (current_setting('ident_file'), false),
        (current_setting('data_directory') || '/postgresql.auto.conf', false)
) as f (path, is_written_whole)
cross join pg_stat_file(f.path) as d
where d.modification > pg_conf_load_time();
