-- What a client was told is committed is on the disk: synchronous_commit is not off.
-- severity: high
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set synchronous_commit = on; select pg_reload_conf();
select current_setting('synchronous_commit') as synchronous_commit
where current_setting('synchronous_commit') = 'off';
