-- No replication slot without a reader keeps WAL on the disk.
-- severity: medium
-- reference: CIS PostgreSQL 7.5
-- fix: select pg_drop_replication_slot('{slot}');
select
    s.slot_name as slot,
    s.restart_lsn
from pg_replication_slots as s
where not s.active and s.restart_lsn is not null;
