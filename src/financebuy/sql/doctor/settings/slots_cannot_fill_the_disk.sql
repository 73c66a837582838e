-- A replication slot that nobody reads does not keep the log until the disk is full.
-- severity: medium
-- reference: CIS PostgreSQL 6.4
-- fix: alter system set max_slot_wal_keep_size = '4GB'; select pg_reload_conf();
select current_setting('max_slot_wal_keep_size') as max_slot_wal_keep_size
where current_setting('max_slot_wal_keep_size') = '-1';
