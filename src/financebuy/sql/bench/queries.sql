-- name: one_deposit
-- One command a call, as a client without batching would send it, on an account of its choice.
select c.outcome from fb.deposit_received(
    array[null]::text[],
    array[null]::text[],
    array['bench']::text[],
    array['bench']::text[],
    array[gen_random_uuid()::text],
    array[(%(accounts)s::uuid[])[1 + floor(random() * %(count)s)::integer]],
    array[1.00],
    array['USD'],
    array[null]::timestamptz[],
    array[null]::date[],
    false
) as c;

-- name: copy_database
create database {name} template postgres;

-- name: take_audit_out
-- What every command pays for being recorded and sealed later: the lines, and the columns with their defaults and
-- indexes.
do $$
declare
    v record;
begin
    for v in
        select t.tgname, t.tgrelid::regclass as relation
        from pg_trigger as t
        inner join pg_proc as p on p.oid = t.tgfoid
        where p.proname like 'audit%' and p.pronamespace = 'fb_private'::regnamespace and not t.tgisinternal
    loop
        execute format('drop trigger %I on %s', v.tgname, v.relation);
    end loop;
end
$$;
create or replace function fb_private.audit(
    p_action text, p_table text, p_record_id text, p_subject_id uuid default null, p_before jsonb default null,
    p_after jsonb default null, p_actor text default null, p_key_id text default null, p_request_id text default null,
    p_origin text default null
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    null;
end
$$;
alter table public.transactions drop column epoch, drop column xid;
alter table public.executions drop column epoch, drop column xid;
alter table public.order_events drop column epoch, drop column xid;
alter table public.audit_log drop column epoch, drop column xid;

-- name: approve_users
update public.users set kyc_status = 'approved';

-- name: owner
select o.user_id from public.account_owners as o order by o.created_at limit 1;

-- name: open_market
-- One stock at 100, in a session that lasts.
with stock as (
    insert into public.assets (asset_id, kind, code, scale) values (%(security_id)s, 'security', 'BENCH', 9)
),

listed as (
    insert into public.securities (
        security_id, exchange, symbol, name, security_type, currency, tradable, created_at, updated_at
    )
    values (%(security_id)s, 'XNAS', 'BENCH', 'A stock', 'stock', 'USD', true, now(), now())
),

quoted as (
    insert into public.security_prices (
        security_id, session_date, bid, ask, last, quote_seq, quoted_at, simulated, recorded_at
    )
    values (%(security_id)s, current_date, 99.99, 100.01, 100, 1, now(), true, now())
),

sessions as (
    insert into public.market_sessions (exchange, session_date, opens_at, closes_at, half_day, settles_on)
    select 'XNYS', current_date + n, current_date + n + time '00:00', current_date + n + time '23:59', false,
        current_date + n + 1
    from generate_series(0, 9) as n
)

insert into public.market_clock (mode, market_time, phase, session_date, next_session_date, updated_at)
values ('replay', now(), 'open', current_date, current_date + 1, now());

-- name: sealable_rows
select
    (select count(*) from public.transactions) + (select count(*) from public.entries)
    + (select count(*) from public.executions) + (select count(*) from public.order_events)
    + (select count(*) from public.audit_log) as rows;

-- name: number_accounts
insert into fb_bench.accounts (n, account_id, user_id, token)
select i.n, i.account_id, i.user_id, i.token
from unnest(%(accounts)s::uuid[], %(users)s::uuid[], %(tokens)s::text[])
    with ordinality as i (account_id, user_id, token, n);

-- name: settled
-- Row counts and plans as they will be, before anything is timed.
analyze;

-- name: vacuumed
-- As it is long after the data was written. Else autovacuum and the checkpoint of all that would be at work in the
-- first rounds, beside whoever has the turn.
vacuum (analyze);

-- name: written_out
checkpoint; -- noqa: PRS

-- name: wal_position
select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint as bytes;

-- name: script_deposit
select c.outcome from fb.deposit_received(
    array[null]::text[], array[null]::text[], array['bench']::text[], array['bench']::text[],
    array[gen_random_uuid()::text], array[(select a.account_id from fb_bench.accounts as a where a.n = %(n)s)],
    array[1.00], array['USD'], array[null]::timestamptz[], array[null]::date[], false
) as c;

-- name: script_deposit_by_hand
select fb_bench.deposit(
    'bench', gen_random_uuid()::text, (select a.account_id from fb_bench.accounts as a where a.n = %(n)s), 1.00, 'USD'
);

-- name: script_buy
select c.command_id as order_id
from fb_bench.accounts as a
cross join lateral fb.place_order(
    array[a.token], array[gen_random_uuid()::text], array[null]::text[], array['bench']::text[], array[a.account_id],
    array[%(security_id)s]::uuid[], array[gen_random_uuid()::text], array['buy'], array['limit'], array['day'],
    array[1::numeric], array[null]::numeric[], array[100::numeric], array[null]::numeric[], array[null]::text[],
    array[null]::jsonb[], false
) as c
where a.n = %(n)s;

-- name: script_fill
select c.outcome from fb.execution(
    array[null]::text[], array['bench']::text[], array['bench']::text[], array[gen_random_uuid()::text],
    array[%(order_id)s]::uuid[], array[1::numeric], array[100::numeric], array[null]::timestamptz[], false
) as c;

-- name: script_buy_by_hand
select fb_bench.buy(
    a.user_id, 'BENCH', gen_random_uuid()::text, a.account_id, %(security_id)s::uuid, gen_random_uuid()::text, 1, 100
) as order_id
from fb_bench.accounts as a
where a.n = %(n)s;

-- name: script_fill_by_hand
select fb_bench.fill('bench', gen_random_uuid()::text, %(order_id)s::uuid, 100);

-- name: make_database
create database {name};

-- name: script_cancel
select c.outcome
from fb_bench.accounts as a
cross join lateral fb.cancel_order(
    array[a.token], array[gen_random_uuid()::text], array[null]::text[], array['bench']::text[],
    array[%(order_id)s]::uuid[], false
) as c
where a.n = %(n)s;

-- name: script_canceled
select c.outcome from fb.order_canceled(
    array[gen_random_uuid()::text], array[null]::text[], array['bench']::text[], array['bench']::text[],
    array[%(order_id)s]::uuid[], array[null]::text[], array[null]::timestamptz[], false
) as c;

-- name: answer_after_the_standby
alter system set synchronous_standby_names = '*';

-- name: answer_alone
alter system reset synchronous_standby_names;

-- name: reload
select pg_reload_conf();

-- name: standby_state
select current_setting('synchronous_standby_names') as waits_for, r.sync_state
from pg_stat_replication as r
where r.state = 'streaming';

-- name: refresh_portfolios
refresh materialized view public.portfolio_summary;

-- name: portfolio_of_view
select s.* from public.portfolio_summary as s where s.account_id = %(account_id)s;

-- name: apply_action
select fb.apply_corporate_action(%(action_id)s, %(limit)s) as applied;

-- name: list_security
with units as (
    insert into public.assets (asset_id, kind, code, scale) values (%(security_id)s, 'security', %(symbol)s, 9)
)

insert into public.securities (
    security_id, exchange, symbol, name, security_type, currency, tradable, created_at, updated_at
)
values (%(security_id)s, 'XNAS', %(symbol)s, 'A stock', 'stock', 'USD', true, now(), now());

-- name: past_sessions
-- Every weekday of five years: the bench needs days that prices can be of, not the exchange's own.
insert into public.market_sessions (exchange, session_date, opens_at, closes_at, half_day, settles_on)
select 'XNYS', d.day::date, d.day + interval '14 hours 30 minutes', d.day + interval '21 hours', false, d.day::date + 1
from generate_series('2015-01-01'::timestamp, '2019-12-31'::timestamp, '1 day') as d (day)
where extract(isodow from d.day) < 6
on conflict do nothing;

-- name: remove_bars
delete from public.price_bars as b where b.source = 'bench';

-- name: bars_out
copy (select b.* from public.price_bars as b where b.source = 'bench') to stdout;

-- name: bars_in
copy public.price_bars from stdin;

-- name: script_cancel_by_hand
select fb_bench.cancel(a.user_id, 'BENCH', gen_random_uuid()::text, %(order_id)s::uuid)
from fb_bench.accounts as a
where a.n = %(n)s;

-- name: script_canceled_by_hand
select fb_bench.canceled('bench', gen_random_uuid()::text, %(order_id)s::uuid);

-- name: drop_database
drop database {name} with (force);

-- name: ledger_accounts_table
-- A number for each of pgledger's accounts, in its own database.
create table public.fb_bench_accounts (n integer primary key, id text not null);

-- name: open_ledger_accounts
insert into public.fb_bench_accounts (n, id)
select i.n, a.id
from generate_series(1, %(count)s) as i (n)
cross join lateral pgledger_create_account('account ' || i.n, 'USD') as a;

-- name: ledger_accounts
select a.id from public.fb_bench_accounts as a order by a.n;

-- name: script_transfer
select t.id
from pgledger_create_transfer(
    (select a.id from public.fb_bench_accounts as a where a.n = %(a)s),
    (select a.id from public.fb_bench_accounts as a where a.n = %(b)s),
    '1.00'
) as t;

-- name: transfers
select t.id
from pgledger_create_transfers((
    select array_agg(row(i.debit, i.credit, '1.00')::transfer_request)
    from unnest(%(debits)s::text[], %(credits)s::text[]) as i (debit, credit)
)) as t;

-- name: fill_bare_tables
-- The accounts of the run, with the same ids.
with owners as (
    insert into fb_bare.users (user_id, email, password_hash)
    select distinct a.user_id, a.user_id || '@example.com', 'none'
    from fb_bench.accounts as a
)

insert into fb_bare.accounts (account_id, user_id, account_type, account_number)
select a.account_id, a.user_id, 'individual', a.n::text
from fb_bench.accounts as a;

-- name: script_bare_deposit
select fb_bare.deposit(
    (select a.account_id from fb_bench.accounts as a where a.n = %(n)s), 1.00, gen_random_uuid()::text
);

-- name: bare_deposits
select fb_bare.deposits(%(account_id)s::uuid[], %(amount)s::numeric[], %(reference)s::text[]);

-- name: commits
select sum(d.xact_commit)::bigint as commits from pg_stat_database as d;

-- name: log_files
-- Each of the log's files is made when it is first written to; an empty one is not left.
select count(pg_switch_wal()) as files
from generate_series(1, %(files)s) as i (n)
where pg_logical_emit_message(false, 'financebuy', i.n::text) is not null;

-- name: checkpoint
do $$
begin
    execute 'checkpoint';
end
$$;
