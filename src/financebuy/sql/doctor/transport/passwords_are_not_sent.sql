-- No password is sent to the server as it is, for it to see or to pass on.
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
                'sed -i -E ''%s s/\b(password|ldap|radius|pam|bsd)\b/scram-sha-256/'' %L',
                h.line_number, current_setting('hba_file')
            ) || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
where
    h.auth_method in ('password', 'ldap', 'radius', 'pam', 'bsd');
