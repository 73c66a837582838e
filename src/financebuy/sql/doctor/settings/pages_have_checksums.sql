-- Pages have checksums: a disk that lies is found out at once, not years later.
-- severity: medium
-- reference: CIS PostgreSQL 17: 1.4
-- fix: financebuy down && {programs}/pg_checksums --enable --pgdata '{directory}' && financebuy up --detach
select
    current_setting('data_checksums') as data_checksums,
    current_setting('data_directory') as directory,
    (select p.setting from pg_config as p where p.name = 'BINDIR') as programs
where current_setting('data_checksums') <> 'on';
