-- After one of its processes crashed, the server starts again.
-- severity: medium
-- reference: CIS PostgreSQL 6.4
-- fix: alter system set restart_after_crash = on; select pg_reload_conf();
select current_setting('restart_after_crash') as restart_after_crash
where current_setting('restart_after_crash') <> 'on';
