-- Every line of pg_hba.conf is one that the server understands: with one that it does not, it keeps to older rules.
-- severity: high
-- reference: CIS PostgreSQL 5.4
-- fix: {remedy}
select
    h.line_number as line,
    h.error,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else
            format('sed -i ''%s s/^/#/'' %L', h.line_number, current_setting('hba_file'))
            || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
-- Without TLS each line for TLS is in error, which is another check.
where h.error is not null and (current_setting('ssl') = 'on' or h.error not like 'hostssl %');
