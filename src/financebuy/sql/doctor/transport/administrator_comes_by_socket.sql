-- Superusers come in by the unix socket, or by a certificate of their own: never over the network with a password
-- alone.
-- severity: high
-- reference: CIS PostgreSQL 5.3
-- fix: {remedy}
select
    quote_ident(r.rolname) as role,
    h.line_number as line,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else
            format('sed -i ''1i hostssl all %s all reject'' %L', r.rolname, current_setting('hba_file'))
            || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
cross join pg_roles as r
where
    r.rolsuper
    -- To a server elsewhere the platform's own administrator has no other way.
    and (current_setting('cluster_name') = 'financebuy' or r.rolname <> session_user)
    and h.type <> 'local'
    and h.auth_method not in ('reject', 'cert')
    and not coalesce('clientcert=verify-full' = any (h.options), false)
    and h.user_name && array['all', r.rolname::text]
    and not exists (
        select 1 from pg_hba_file_rules as before
        where
            before.line_number < h.line_number
            and before.type in ('host', 'hostssl')
            and before.auth_method = 'reject'
            and before.address = 'all'
            and before.database @> array['all']
            and before.user_name && array['all', r.rolname::text]
    );
