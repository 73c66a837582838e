-- Holdings joined with the latest prices: a tick rewrites one price row, not one row a holder.

-- name: standing
select
    f.account_id, f.account_number, f.currency, f.status, f.event_seq, f.updated_at, f.cash, f.held, f.unsettled,
    f.buying_power, f.withdrawable, f.security_id, f.symbol, f.money_scale, f.quantity, f.total_cost, f.realized_gain,
    f.price, f.previous_close
from fb.portfolio_of(%(identity)s, %(account_id)s) as f;

-- name: standings
-- The same for many accounts, by whoever may see them: one statement too, so that cash and shares are of one moment.
select
    a.account_id, a.account_number, a.currency, a.status, a.event_seq, a.updated_at,
    round(a.balance, m.scale) as cash, round(a.held, m.scale) as held, round(a.unsettled, m.scale) as unsettled,
    round(a.balance - a.held, m.scale) as buying_power,
    round(greatest(a.balance - a.held - a.unsettled, 0), m.scale) as withdrawable,
    h.security_id, s.symbol, k.scale::integer as money_scale, trim_scale(h.quantity) as quantity,
    round(h.total_cost, k.scale) as total_cost, round(h.realized_gain, k.scale) as realized_gain,
    p.last as price, p.previous_close
from public.accounts as a
inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
left join public.holdings as h on h.account_id = a.account_id
left join public.securities as s on s.security_id = h.security_id
left join public.assets as k on k.kind = 'currency' and k.code = s.currency
left join public.security_prices as p on p.security_id = h.security_id
where a.account_id = any(%(account_ids)s) and a.house_code is null
order by a.account_id, s.symbol, s.exchange;

-- name: versions
-- What a copy is compared with, as bytes, of which the reader makes no values. Whatever changes an account or what it
-- holds is an event of it; the time tells an account from itself in a database that was set back.
select uuid_send(a.account_id) as account, int8send(a.event_seq) || timestamptz_send(a.updated_at) as version
from public.accounts as a
where a.account_id = any(%(account_ids)s::uuid[]);

-- name: prices
select p.security_id, p.last, p.previous_close
from public.security_prices as p
where p.security_id = any(%(security_ids)s::uuid[]);

-- name: holdings
select
    h.account_id, h.security_id, s.symbol, s.exchange, s.name, s.security_type, s.currency,
    trim_scale(h.quantity) as quantity, trim_scale(h.held) as held,
    round(h.total_cost, m.scale) as total_cost, round(h.realized_gain, m.scale) as realized_gain,
    p.last as price, p.previous_close, p.quoted_at, m.scale as money_scale
from public.holdings as h
inner join public.securities as s on s.security_id = h.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
left join public.security_prices as p on p.security_id = h.security_id
where h.account_id = any (%(account_ids)s)
order by h.account_id, s.symbol, s.exchange;

-- name: open_lots
select
    l.lot_id, l.account_id, l.security_id, s.symbol, s.currency, l.execution_id,
    trim_scale(l.quantity - l.closed_quantity) as quantity, round(l.cost - l.closed_cost, m.scale) as cost,
    trim_scale(l.quantity) as bought_quantity, round(l.cost, m.scale) as bought_cost,
    p.last as price, l.acquired_at, m.scale as money_scale
from public.lots as l
inner join public.securities as s on s.security_id = l.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
left join public.security_prices as p on p.security_id = l.security_id
where
    l.account_id = %(account_id)s
    and l.closed_quantity <> l.quantity
    and (%(symbol)s::text is null or s.symbol = %(symbol)s)
order by s.symbol, l.acquired_at, l.lot_seq;

-- name: gains
-- What was reversed and matched anew nets out. A lot that a split replaced gains nothing. Long is more than a year,
-- by the dates of New York. Where a buy closed what was sold without being there (a bought lot that was corrected has
-- been sold already), the lot's date is the sale's: the gain is there when both are.
with netted as (
    select
        c.lot_id, c.execution_id, c.account_id, c.security_id, c.kind, min(c.effective_at) as closed_at,
        min(c.recorded_at) as recorded_at, sum(c.quantity) as quantity, sum(c.cost) as cost,
        sum(c.proceeds) as proceeds, sum(c.gain) as gain
    from public.lot_closures as c
    where c.account_id = %(account_id)s
    group by c.lot_id, c.execution_id, c.account_id, c.security_id, c.kind
    having sum(c.quantity) <> 0 and (c.kind <> 'carried' or sum(c.gain) <> 0)
),

dated as (
    select
        n.*,
        case when n.quantity < 0 then n.closed_at else l.acquired_at end as acquired_at,
        case when n.quantity < 0 then greatest(n.closed_at, l.acquired_at) else n.closed_at end as sold_at
    from netted as n
    inner join public.lots as l on l.lot_id = n.lot_id
)

select
    c.lot_id, c.execution_id, c.account_id, c.security_id, s.symbol, s.currency, c.kind,
    trim_scale(c.quantity) as quantity, round(c.cost, m.scale) as cost, round(c.proceeds, m.scale) as proceeds,
    round(c.gain, m.scale) as gain,
    case
        when
            (c.sold_at at time zone 'America/New_York')::date
            > (c.acquired_at at time zone 'America/New_York')::date + interval '1 year'
            then 'long'
        else 'short'
    end as term,
    c.acquired_at, c.sold_at
from dated as c
inner join public.securities as s on s.security_id = c.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
where
    (%(symbol)s::text is null or s.symbol = %(symbol)s)
    and (%(start)s::timestamptz is null or c.sold_at >= %(start)s)
    and (%(end)s::timestamptz is null or c.sold_at < %(end)s)
    and (
        %(last_lot)s::uuid is null
        or (c.sold_at, c.recorded_at, c.lot_id, c.execution_id) < (
            select b.sold_at, b.recorded_at, b.lot_id, b.execution_id
            from dated as b
            where b.lot_id = %(last_lot)s and b.execution_id = %(last_execution)s
        )
    )
order by c.sold_at desc, c.recorded_at desc, c.lot_id desc, c.execution_id desc
limit %(limit)s;
