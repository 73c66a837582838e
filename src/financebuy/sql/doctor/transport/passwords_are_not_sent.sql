-- No password is sent to the server as it is, for it to see or to pass on.
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
    h.auth_method in ('password', 'ldap', 'radius', 'pam', 'bsd');
