-- Transactions begin as the platform expects: they may write, and see what was committed.
-- severity: high
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set {setting} = '{wanted}'; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('default_transaction_isolation', 'read committed'),
        ('default_transaction_read_only', 'off'),
        ('default_transaction_deferrable', 'off')
) as s (name, wanted)
where current_setting(s.name) <> s.wanted;
