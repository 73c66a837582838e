-- No line of pg_hba.conf allows a connection by TCP that need not be encrypted.
-- severity: high
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
                'sed -i -E ''%s s/^ *host[a-z]*/hostssl/'' %L',
                h.line_number, current_setting('hba_file')
            ) || ' && financebuy db psql --role postgres -- -c ''select pg_reload_conf()'''
    end as remedy
from pg_hba_file_rules as h
where
    h.type in ('host', 'hostnossl', 'hostnogssenc')
    and h.auth_method <> 'reject'
    -- A server of one's own may talk to this machine as it likes; and without TLS it could do nothing else.
    and (
        current_setting('cluster_name') = 'financebuy'
        or (current_setting('ssl') = 'on' and h.address not in ('127.0.0.1', '::1', 'localhost', 'samehost'))
    );
