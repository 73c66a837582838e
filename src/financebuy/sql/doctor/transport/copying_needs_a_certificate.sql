-- Whoever may copy the whole database over the network shows a certificate in their own name for it.
-- severity: high
-- reference: CIS PostgreSQL 7.1
-- fix: {remedy}
select
    quote_ident(r.rolname) as role,
    h.line_number as line,
    d.database,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else
            format(
                'sed -i ''1i hostssl %s %s all scram-sha-256 clientcert=verify-full'' %L',
                d.database, r.rolname, current_setting('hba_file')
            ) || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
cross join pg_roles as r
cross join (
    values
        ('all'),
        ('replication')
) as d (database)
where
    r.rolcanlogin
    and (r.rolreplication or r.rolbypassrls)
    and not r.rolsuper
    and h.type <> 'local'
    and h.auth_method not in ('reject', 'cert')
    and not coalesce('clientcert=verify-full' = any (h.options), false)
    and d.database = any (h.database)
    and h.user_name && array['all', r.rolname::text]
    and not exists (
        select 1 from pg_hba_file_rules as before
        where
            before.line_number < h.line_number
            and before.type in ('host', 'hostssl')
            and (before.auth_method = 'reject' or 'clientcert=verify-full' = any (before.options))
            and before.address = 'all'
            and d.database = any (before.database)
            and before.user_name && array['all', r.rolname::text]
    );
