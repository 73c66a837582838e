-- No sign-in waits for a name server: log_hostname is off.
-- severity: low
-- reference: CIS PostgreSQL 3.1.23
-- fix: alter system set log_hostname = off; select pg_reload_conf();
select current_setting('log_hostname') as log_hostname
where current_setting('log_hostname') <> 'off';
