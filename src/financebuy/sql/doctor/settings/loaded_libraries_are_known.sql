-- The server loads no library into its processes that nobody has vouched for.
-- severity: high
-- reference: CIS PostgreSQL 6.3
-- fix: financebuy db psql --role postgres -- -c "alter system reset {setting}" && {remedy}
select
    s.name as setting,
    trim(l.library) as library,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
from (
    values
        ('shared_preload_libraries'),
        ('session_preload_libraries'),
        ('local_preload_libraries')
) as s (name)
cross join unnest(string_to_array(current_setting(s.name), ',')) as l (library)
where
    trim(l.library) <> ''
    and not (
        s.name = 'shared_preload_libraries'
        and trim(l.library) in (
            'auth_delay', 'auto_explain', 'passwordcheck', 'pg_cron', 'pg_partman_bgw', 'pg_prewarm',
            'pg_stat_statements', 'pgaudit', 'rdsutils', 'set_user'
        )
    );
