-- The server measures what its statements cost: pg_stat_statements is loaded.
-- severity: low
-- reference: ours
-- fix: financebuy db psql --role postgres -- -c "alter system set shared_preload_libraries = pg_stat_statements" &&
--   {remedy}
select
    current_setting('shared_preload_libraries') as shared_preload_libraries,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
where not 'pg_stat_statements' = any (
    string_to_array(replace(current_setting('shared_preload_libraries'), ' ', ''), ',')
);
