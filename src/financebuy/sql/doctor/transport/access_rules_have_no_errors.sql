-- Every line of pg_hba.conf is one that the server understands: with one that it does not, it keeps to older rules.
-- severity: high
-- reference: CIS PostgreSQL 17: 5.4
-- fix: financebuy down && financebuy up --detach
select
    h.line_number as line,
    h.error
from pg_hba_file_rules as h
-- Without TLS each line for TLS is in error, which is another check.
where h.error is not null and (current_setting('ssl') = 'on' or h.error not like 'hostssl %');
