-- Backups and standbys can copy the server: enough is written to the log, and somebody may send it.
-- severity: medium
-- reference: CIS PostgreSQL 6.3, 7.5
-- fix: financebuy db psql --role postgres -- -c "alter system set {setting} = {wanted}" && {remedy}
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
from (
    values
        ('wal_level', 'replica'),
        ('max_wal_senders', '10')
) as s (name, wanted)
where current_setting(s.name) in ('minimal', '0', '1');
