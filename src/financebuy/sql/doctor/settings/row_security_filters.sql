-- Row security filters rows, and does not refuse the query: row_security is on.
-- severity: medium
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set row_security = on; select pg_reload_conf();
select s.reset_val as row_security
-- The doctor's own is on always; this is what the session began with.
from pg_settings as s
where s.name = 'row_security' and s.reset_val <> 'on';
