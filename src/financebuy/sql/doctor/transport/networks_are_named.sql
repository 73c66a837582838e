-- Each line of pg_hba.conf that lets somebody in names a network that is not half the world.
-- severity: medium
-- reference: CIS PostgreSQL 5.4
-- fix: {remedy}
select
    h.line_number as line,
    h.type,
    h.database,
    h.user_name,
    h.address,
    h.auth_method as method,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else
            format(
                'sed -i ''%s s/^/#/'' %L',
                h.line_number, current_setting('hba_file')
            ) || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
where
    h.type <> 'local'
    and h.auth_method not in ('reject', 'cert')
    and not coalesce('clientcert=verify-full' = any (h.options), false)
    and (
        h.address in ('all', 'samenet')
        or case family(h.netmask::inet)
            when 4 then h.netmask::inet < inet '255.0.0.0'
            else h.netmask::inet < inet 'ffff::'
        end
    );
