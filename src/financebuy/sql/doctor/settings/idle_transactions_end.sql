-- A transaction in which nothing happens is ended within ten minutes: it holds locks, and keeps vacuum from cleaning
-- up.
-- severity: medium
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set idle_in_transaction_session_timeout = '60s'; select pg_reload_conf();
select current_setting('idle_in_transaction_session_timeout') as idle_in_transaction_session_timeout
from pg_settings as s
where s.name = 'idle_in_transaction_session_timeout' and not s.reset_val::bigint between 1 and 600000;
