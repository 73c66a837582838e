-- Balances and entries as of any moment, in either of the two times, read under the caller's policies.
-- A customer's entries all have a version, and the index by account is of those that have one.
-- "As of" a moment is after all that happened at it; a period begins with its start and ends before its end.

-- name: balances_recorded
-- As it was known then: the last month that was closed by then, and the entries recorded since.
with closed as (
    select distinct on (c.asset_id) c.asset_id, c.balance, c.month
    from public.closing_balances as c
    where c.account_id = %(account_id)s
        and (c.month + interval '1 month') at time zone 'UTC' <= %(moment)s
    order by c.asset_id, c.month desc
),

moved as (
    select e.asset_id, sum(e.amount) as amount
    from public.entries as e
    left join closed as c on c.asset_id = e.asset_id
    where e.account_id = %(account_id)s and e.version is not null
        and e.recorded_at <= %(moment)s
        and (c.month is null or e.recorded_at >= (c.month + interval '1 month') at time zone 'UTC')
    group by e.asset_id
)

select
    s.asset_id, s.kind, coalesce(n.symbol, s.code) as asset,
    case when s.kind = 'currency' then round(b.balance, s.scale) else trim_scale(b.balance) end as balance
from (
    select coalesce(c.asset_id, m.asset_id) as asset_id, coalesce(c.balance, 0) + coalesce(m.amount, 0) as balance
    from closed as c
    full join moved as m on m.asset_id = c.asset_id
) as b
inner join public.assets as s on s.asset_id = b.asset_id
left join public.securities as n on n.security_id = b.asset_id
where s.kind = 'currency' or b.balance <> 0
order by s.kind, asset;

-- name: balances_effective
-- As it was in the market's time, by what is known now: today's balances without what took effect later.
select
    s.asset_id, s.kind, coalesce(n.symbol, s.code) as asset,
    case when s.kind = 'currency' then round(b.balance, s.scale) else trim_scale(b.balance) end as balance
from (
    select o.asset_id, o.balance - coalesce(l.amount, 0) as balance
    from (
        select m.asset_id, a.balance
        from public.accounts as a
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        where a.account_id = %(account_id)s
        union all
        select h.security_id, h.quantity
        from public.holdings as h
        where h.account_id = %(account_id)s
    ) as o
    left join (
        select e.asset_id, sum(e.amount) as amount
        from public.entries as e
        where e.account_id = %(account_id)s and e.version is not null and e.effective_at > %(moment)s
        group by e.asset_id
    ) as l on l.asset_id = o.asset_id
) as b
inner join public.assets as s on s.asset_id = b.asset_id
left join public.securities as n on n.security_id = b.asset_id
where s.kind = 'currency' or b.balance <> 0
order by s.kind, asset;

-- name: statement_recorded
-- One row an asset that the account has had by the end, with its opening balance and no transaction, and one an entry,
-- with the balance after it. All of one snapshot.
with closed as (
    select distinct on (c.asset_id) c.asset_id, c.balance, c.month
    from public.closing_balances as c
    where c.account_id = %(account_id)s
        and (c.month + interval '1 month') at time zone 'UTC' <= %(start)s
    order by c.asset_id, c.month desc
),

before as (
    select e.asset_id, sum(e.amount) as amount
    from public.entries as e
    left join closed as c on c.asset_id = e.asset_id
    where e.account_id = %(account_id)s and e.version is not null
        and e.recorded_at < %(start)s
        and (c.month is null or e.recorded_at >= (c.month + interval '1 month') at time zone 'UTC')
    group by e.asset_id
),

opening as (
    select coalesce(c.asset_id, b.asset_id) as asset_id, coalesce(c.balance, 0) + coalesce(b.amount, 0) as balance
    from closed as c
    full join before as b on b.asset_id = c.asset_id
),

lines as (
    select
        e.*,
        sum(e.amount) over (partition by e.asset_id order by e.version) as moved
    from public.entries as e
    where e.account_id = %(account_id)s and e.version is not null
        and e.recorded_at >= %(start)s and e.recorded_at < %(end)s
    order by e.recorded_at, e.version
    limit %(limit)s
),

assets_of as (
    select o.asset_id from opening as o
    union
    select l.asset_id from lines as l
)

select
    a.asset_id, s.kind, coalesce(n.symbol, s.code) as asset, null::uuid as transaction_id, null::integer as leg,
    null::bigint as version,
    null::text as transaction_type, null::text as reference, null::text as description, null::numeric as amount,
    case
        when s.kind = 'currency' then round(coalesce(o.balance, 0), s.scale)
        else trim_scale(coalesce(o.balance, 0))
    end as balance,
    null::timestamptz as effective_at, null::timestamptz as recorded_at
from assets_of as a
inner join public.assets as s on s.asset_id = a.asset_id
left join public.securities as n on n.security_id = a.asset_id
left join opening as o on o.asset_id = a.asset_id
where
    s.kind = 'currency' or coalesce(o.balance, 0) <> 0
    or exists (select 1 from lines as l where l.asset_id = a.asset_id)
union all
select
    l.asset_id, s.kind, coalesce(n.symbol, s.code), l.transaction_id, l.leg, l.version, t.transaction_type,
    t.reference_number, t.description,
    case when s.kind = 'currency' then round(l.amount, s.scale) else trim_scale(l.amount) end,
    case
        when s.kind = 'currency' then round(coalesce(o.balance, 0) + l.moved, s.scale)
        else trim_scale(coalesce(o.balance, 0) + l.moved)
    end,
    l.effective_at, l.recorded_at
from lines as l
inner join public.transactions as t on t.transaction_id = l.transaction_id and t.recorded_at = l.recorded_at
inner join public.assets as s on s.asset_id = l.asset_id
left join public.securities as n on n.security_id = l.asset_id
left join opening as o on o.asset_id = l.asset_id
order by recorded_at nulls first, version, transaction_id, leg, asset;

-- name: statement_effective
-- The same in the market's time: in the order in which things took effect, then in which they were written down.
with later as (
    select e.asset_id, sum(e.amount) as amount
    from public.entries as e
    where e.account_id = %(account_id)s and e.version is not null and e.effective_at >= %(start)s
    group by e.asset_id
),

opening as (
    select o.asset_id, o.balance - coalesce(l.amount, 0) as balance
    from (
        select m.asset_id, a.balance
        from public.accounts as a
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        where a.account_id = %(account_id)s
        union all
        select h.security_id, h.quantity
        from public.holdings as h
        where h.account_id = %(account_id)s
    ) as o
    left join later as l on l.asset_id = o.asset_id
),

lines as (
    select
        e.*,
        sum(e.amount) over (partition by e.asset_id order by e.effective_at, e.version) as moved
    from public.entries as e
    where e.account_id = %(account_id)s and e.version is not null
        and e.effective_at >= %(start)s and e.effective_at < %(end)s
    order by e.effective_at, e.recorded_at, e.version
    limit %(limit)s
)

select
    o.asset_id, s.kind, coalesce(n.symbol, s.code) as asset, null::uuid as transaction_id, null::integer as leg,
    null::bigint as version,
    null::text as transaction_type, null::text as reference, null::text as description, null::numeric as amount,
    case when s.kind = 'currency' then round(o.balance, s.scale) else trim_scale(o.balance) end as balance,
    null::timestamptz as effective_at, null::timestamptz as recorded_at
from opening as o
inner join public.assets as s on s.asset_id = o.asset_id
left join public.securities as n on n.security_id = o.asset_id
where s.kind = 'currency' or o.balance <> 0 or exists (select 1 from lines as l where l.asset_id = o.asset_id)
union all
select
    l.asset_id, s.kind, coalesce(n.symbol, s.code), l.transaction_id, l.leg, l.version, t.transaction_type,
    t.reference_number, t.description,
    case when s.kind = 'currency' then round(l.amount, s.scale) else trim_scale(l.amount) end,
    case
        when s.kind = 'currency' then round(o.balance + l.moved, s.scale)
        else trim_scale(o.balance + l.moved)
    end,
    l.effective_at, l.recorded_at
from lines as l
inner join opening as o on o.asset_id = l.asset_id
inner join public.transactions as t on t.transaction_id = l.transaction_id and t.recorded_at = l.recorded_at
inner join public.assets as s on s.asset_id = l.asset_id
left join public.securities as n on n.security_id = l.asset_id
order by effective_at nulls first, recorded_at, version, transaction_id, leg, asset;

-- name: missing_recorded
-- Whether a month whose entries were detached touches what is asked for.
select exists (
    select 1 from public.closed_months as d
    where d.detached_at is not null
        and d.month::timestamp at time zone 'UTC' < %(end)s
        and %(start)s < (d.month + interval '1 month') at time zone 'UTC'
) as is_missing;

-- name: missing_effective
-- Whether entries that took effect since then were detached.
select exists (
    select 1 from public.closed_months as d
    where d.detached_at is not null and d.last_effective_at >= %(start)s
) as is_missing;
