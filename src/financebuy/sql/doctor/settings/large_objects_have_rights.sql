-- Large objects are read by whom they were granted to: lo_compat_privileges is off.
-- severity: high
-- reference: CIS PostgreSQL 6.5
-- fix: alter system set lo_compat_privileges = off; select pg_reload_conf();
select current_setting('lo_compat_privileges') as lo_compat_privileges
where current_setting('lo_compat_privileges') <> 'off';
