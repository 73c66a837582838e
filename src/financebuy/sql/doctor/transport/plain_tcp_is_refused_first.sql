-- Before anything else is allowed, pg_hba.conf refuses whoever comes by TCP without TLS.
-- severity: high
-- reference: CIS PostgreSQL 17: 5.4
-- fix: financebuy down && financebuy up --detach
select d.database
from (
    values
        ('all'),
        ('replication')
) as d (database)
where not exists (
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
            where a.type <> 'local' and a.auth_method <> 'reject'
        )
);
