-- The server speaks TLS.
-- severity: high
-- reference: CIS PostgreSQL 6.8
-- fix: alter system set ssl = on; select pg_reload_conf();
select current_setting('ssl') as ssl
where current_setting('ssl') <> 'on';
