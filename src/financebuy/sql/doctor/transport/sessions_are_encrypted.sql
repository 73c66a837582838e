-- Every session that came over the network is encrypted.
-- severity: high
-- reference: ours
-- fix: select pg_terminate_backend({pid});
select
    a.pid,
    quote_ident(a.usename) as role,
    a.client_addr as address
from pg_stat_activity as a
inner join pg_stat_ssl as s on s.pid = a.pid
where
    not s.ssl
    and a.client_addr is not null
    -- A server of one's own may talk to this machine as it likes.
    and (
        current_setting('cluster_name') = 'financebuy'
        or host(a.client_addr) !~ '^(127\.|::1$)'
    );
