-- No hash that is as good as the password is taken: no line of pg_hba.conf says md5.
-- severity: medium
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
    h.auth_method = 'md5';
