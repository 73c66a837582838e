-- The server listens on addresses that were chosen, not on every one that this machine has.
-- severity: medium
-- reference: CIS PostgreSQL 5.2
-- fix: financebuy db psql --role postgres -- -c "alter system set listen_addresses = localhost" && {remedy}
select
    current_setting('listen_addresses') as listen_addresses,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
where string_to_array(replace(current_setting('listen_addresses'), ' ', ''), ',') && array['*', '0.0.0.0', '::'];
