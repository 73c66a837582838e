-- New passwords are kept as SCRAM-SHA-256.
-- severity: high
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set password_encryption = 'scram-sha-256'; select pg_reload_conf();
select current_setting('password_encryption') as password_encryption
where current_setting('password_encryption') <> 'scram-sha-256';
