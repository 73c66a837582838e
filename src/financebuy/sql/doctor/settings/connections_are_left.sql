-- A tenth of the connections is free: nobody waits for one, and what starts now gets one.
-- severity: medium
-- reference: CIS PostgreSQL 6.3
-- fix: financebuy db psql --role postgres -- -c "alter system set max_connections = {wanted}" && {remedy}
select
    count(*) as used,
    current_setting('max_connections') as max_connections,
    2 * current_setting('max_connections')::integer as wanted,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
from pg_stat_activity as a
where a.backend_type = 'client backend'
having count(*) > 0.9 * current_setting('max_connections')::integer;
