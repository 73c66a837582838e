-- No line of pg_hba.conf allows a connection by TCP that need not be encrypted.
-- severity: high
-- reference: CIS PostgreSQL 17: 5.4
-- fix: financebuy down && financebuy up --detach
select
    h.line_number as line,
    h.type,
    h.database,
    h.user_name,
    h.address,
    h.auth_method as method
from pg_hba_file_rules as h
where
    h.type in ('host', 'hostnossl', 'hostnogssenc') and h.auth_method <> 'reject';
