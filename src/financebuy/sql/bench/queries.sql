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
