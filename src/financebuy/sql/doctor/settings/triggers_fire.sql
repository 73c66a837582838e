-- Triggers and foreign keys are in force: session_replication_role is origin.
-- severity: high
-- reference: CIS PostgreSQL 6.5
-- fix: alter system set session_replication_role = origin; select pg_reload_conf();
select current_setting('session_replication_role') as session_replication_role
where current_setting('session_replication_role') <> 'origin';
