-- Pages have checksums: a disk that lies is found out at once, not years later.
-- severity: medium
-- reference: CIS PostgreSQL 1.4
-- fix: {stop} && {programs}/pg_checksums --enable --pgdata '{directory}' && {start}
select
    current_setting('data_checksums') as data_checksums,
    current_setting('data_directory') as directory,
    (select p.setting from pg_config as p where p.name = 'BINDIR') as programs,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down' else 'systemctl stop postgresql'
    end as stop,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy up --detach' else 'systemctl start postgresql'
    end as start
where current_setting('data_checksums') <> 'on';
