-- Before any line that plain TCP could match, pg_hba.conf refuses whoever comes without TLS.
-- severity: high
-- reference: CIS PostgreSQL 5.4
-- fix: {remedy}
select
    d.database,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else
            format('sed -i ''1i hostnossl %s all all reject'' %L', d.database, current_setting('hba_file'))
            || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from (
    values
        ('all'),
        ('replication')
) as d (database)
-- Without TLS nobody could come in at all, which is another check.
where current_setting('ssl') = 'on' and not exists (
    select 1
    from pg_hba_file_rules as h
    where
        h.type = 'hostnossl'
        and h.auth_method = 'reject'
        and d.database = any (h.database)
        and 'all' = any (h.user_name)
        and h.address = 'all'
        and h.line_number < (
            select coalesce(min(a.line_number), 2147483647)
            from pg_hba_file_rules as a
            where a.type not in ('local', 'hostssl') and a.auth_method <> 'reject'
        )
);
