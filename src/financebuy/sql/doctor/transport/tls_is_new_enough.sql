-- The server speaks TLS 1.2 or newer alone.
-- severity: high
-- reference: CIS PostgreSQL 6.9
-- fix: alter system set ssl_min_protocol_version = 'TLSv1.3'; select pg_reload_conf();
select current_setting('ssl_min_protocol_version') as ssl_min_protocol_version
where current_setting('ssl_min_protocol_version') not in ('TLSv1.2', 'TLSv1.3');
