-- What was committed is on the disk: fsync is on.
-- severity: high
-- reference: CIS PostgreSQL 6.4
-- fix: alter system set fsync = on; select pg_reload_conf();
select current_setting('fsync') as fsync
where current_setting('fsync') <> 'on';
