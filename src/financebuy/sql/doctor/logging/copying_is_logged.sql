-- Commands of backups and standbys, which read the whole database, are logged.
-- severity: medium
-- reference: CIS PostgreSQL 7.2
-- fix: alter system set log_replication_commands = on; select pg_reload_conf();
select current_setting('log_replication_commands') as log_replication_commands
where current_setting('log_replication_commands') <> 'on';
