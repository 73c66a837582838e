-- The server's log is where somebody reads it: the platform's own server writes to the platform's log, another one into
-- files or to syslog.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.2, 3.1.3
-- fix: financebuy db psql --role postgres -- -c "alter system reset log_destination" -c "{collect}" && {remedy}
select
    current_setting('log_destination') as log_destination,
    current_setting('logging_collector') as logging_collector,
    case
        when s.is_ours then 'alter system reset logging_collector'
        else 'alter system set logging_collector = on'
    end as collect,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
from (
    -- So the platform's own is called.
    select
        current_setting('cluster_name') = 'financebuy' as is_ours,
        current_setting('logging_collector') = 'on' as collects,
        string_to_array(replace(current_setting('log_destination'), ' ', ''), ',') as places
) as s
where
    case
        when s.is_ours then s.collects or not 'stderr' = any (s.places)
        else not (s.collects or s.places && array['syslog', 'eventlog'])
    end;
