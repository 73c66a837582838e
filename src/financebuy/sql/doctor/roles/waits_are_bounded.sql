-- Whoever serves requests waits for a bounded time: for locks, for statements, inside of a transaction.
-- severity: medium
-- reference: ours
-- fix: financebuy db migrate
select
    quote_ident(r.rolname) as role,
    w.setting
from pg_roles as r
cross join unnest(array['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']) as w (setting)
where
    r.rolname in ('app_user', 'fb_auth', 'fb_broker', 'fb_bank')
    and not exists (
        select 1 from unnest(r.rolconfig) as s (text)
        where split_part(s.text, '=', 1) = w.setting and split_part(s.text, '=', 2) not in ('0', '')
    );
