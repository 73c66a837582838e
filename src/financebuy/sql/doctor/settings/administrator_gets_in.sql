-- The administrator gets in when all connections are taken: some are kept free for superusers.
-- severity: low
-- reference: CIS PostgreSQL 6.3
-- fix: financebuy db psql --role postgres -- -c "alter system set superuser_reserved_connections = 3" && {remedy}
select
    current_setting('superuser_reserved_connections') as superuser_reserved_connections,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
where current_setting('superuser_reserved_connections')::integer < 1;
