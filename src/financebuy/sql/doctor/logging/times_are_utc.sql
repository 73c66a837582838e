-- Times in the log are UTC.
-- severity: low
-- reference: CIS PostgreSQL 3.1.26
-- fix: alter system set log_timezone = 'UTC'; select pg_reload_conf();
select current_setting('log_timezone') as log_timezone
where current_setting('log_timezone') not in ('UTC', 'Etc/UTC', 'GMT');
