-- No hash that is as good as the password is taken: no line of pg_hba.conf says md5.
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
                'sed -i -E ''%s s/\b(md5)\b/scram-sha-256/'' %L',
                h.line_number, current_setting('hba_file')
            ) || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
where
    h.auth_method = 'md5';
