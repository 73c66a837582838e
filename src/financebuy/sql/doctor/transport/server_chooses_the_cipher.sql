-- Which cipher is used is for the server to choose.
-- severity: low
-- reference: CIS PostgreSQL 6.10
-- fix: alter system set ssl_prefer_server_ciphers = on; select pg_reload_conf();
select current_setting('ssl_prefer_server_ciphers') as ssl_prefer_server_ciphers
where current_setting('ssl_prefer_server_ciphers') <> 'on';
