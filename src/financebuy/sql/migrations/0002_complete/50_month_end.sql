-- A month that is over is closed: verified once, its balances kept. A closed month may be detached.
create table public.closed_months (
    month date primary key check (extract(day from month) = 1),
    transactions bigint not null check (transactions >= 0),
    entries bigint not null check (entries >= 0),
    last_effective_at timestamptz,
    closed_at timestamptz not null,
    detached_at timestamptz,
    constraint closed_months_order check (detached_at >= closed_at)
);
comment on column public.closed_months.detached_at is 'When its partitions became tables of their own; NULL: not.';

-- How far an account's events had come when the month ended, for the accounts that had any in it.
create table public.closing_events (
    account_id uuid not null references public.accounts (account_id),
    month date not null,
    event_seq bigint not null check (event_seq > 0),
    primary key (account_id, month)
);

insert into public.platform_settings (name, value, description, updated_at)
values
('detach_after', '13 months', 'How long a closed month stays attached at least: facts may still concern it.', now());

-- For reporting roles, which see every account: refreshed by a job, so it costs the ledger nothing.
create materialized view public.portfolio_summary as
select
    a.account_id,
    o.user_id,
    a.currency,
    a.balance as cash_balance,
    coalesce(sum(h.quantity * coalesce(p.last, 0)), 0) as holdings_value,
    a.balance + coalesce(sum(h.quantity * coalesce(p.last, 0)), 0) as total_value,
    count(h.security_id) filter (where h.quantity <> 0) as positions,
    count(h.security_id) filter (where h.quantity <> 0 and p.last is null) as positions_without_price,
    clock_timestamp() as refreshed_at
from public.accounts as a
-- A joint account may have several owners: the one who came first stands for them.
inner join lateral (
    select w.user_id from public.account_owners as w
    where w.account_id = a.account_id and w.role = 'owner'
    order by w.created_at, w.user_id
    limit 1
) as o on true
left join public.holdings as h on a.account_id = h.account_id
left join public.security_prices as p on h.security_id = p.security_id
where a.house_code is null
group by a.account_id, o.user_id, a.currency, a.balance;
-- squawk-ignore require-concurrent-index-creation
create unique index portfolio_summary_account_id_key on public.portfolio_summary (account_id);

-- A reconciliation looks at one day of market time.
-- squawk-ignore require-concurrent-index-creation
create index reconciliation_runs_date_idx on public.reconciliation_runs (statement_date, source);
-- squawk-ignore require-concurrent-index-creation
create index transfers_effective_at_brin on public.transfers using brin (effective_at);
-- squawk-ignore require-concurrent-index-creation
create index executions_effective_at_brin on public.executions using brin (effective_at);
