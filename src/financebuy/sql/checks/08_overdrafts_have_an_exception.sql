-- A command never overdraws. A fact that takes more than there is leaves an exception row of its own; a withdrawal took
-- its money when it was asked for, and a split multiplies what is owed.
with last_detached as (
    select max(m.month) as month
    from public.closed_months as m
    where m.detached_at is not null
),

before as (
    select distinct on (c.account_id, c.asset_id)
        c.account_id,
        c.asset_id,
        c.balance
    from public.closing_balances as c
    inner join last_detached as d on c.month <= d.month
    order by c.account_id asc, c.asset_id asc, c.month desc
),

booked as (
    select
        e.account_id,
        e.asset_id,
        e.amount,
        e.version,
        t.command_id,
        t.transaction_type,
        coalesce(b.balance, 0) + sum(e.amount) over one_asset as owned
    from public.entries as e
    inner join public.transactions as t on e.transaction_id = t.transaction_id
    left join before as b on e.account_id = b.account_id and e.asset_id = b.asset_id
    where e.version is not null
    window one_asset as (partition by e.account_id, e.asset_id order by e.version)
),

-- A correction takes and gives; what counts is what it leaves.
effects as (
    select distinct on (k.account_id, k.asset_id, k.command_id)
        k.account_id,
        k.asset_id,
        k.command_id,
        k.transaction_type,
        k.owned,
        sum(k.amount) over (partition by k.account_id, k.asset_id, k.command_id) as amount
    from booked as k
    order by k.account_id asc, k.asset_id asc, k.command_id asc, k.version desc
),

-- What was reserved or sent last was there then: who has less than nothing now was told of it later. A replacement that
-- asks for no more reserves nothing anew.
sound as (
    select
        o.account_id,
        case o.side when 'sell' then o.security_id end as security_id,
        max(o.placed_at) as sound_at
    from public.orders as o
    where o.replaces is null
    group by o.account_id, case o.side when 'sell' then o.security_id end
    union all
    select
        t.account_id,
        null,
        max(t.requested_at)
    from public.transfers as t
    where t.direction = 'outgoing'
    group by t.account_id
    union all
    select
        m.account_id,
        null,
        max(m.requested_at)
    from public.account_transfers as m
    group by m.account_id
),

overdrawn as (
    select
        a.account_id,
        null::uuid as security_id,
        'overdrawn' as kind,
        a.balance as owned,
        a.held
    from public.accounts as a
    where a.house_code is null and a.balance < a.held
    union all
    select
        h.account_id,
        h.security_id,
        'deficit',
        h.quantity,
        h.held
    from public.holdings as h
    where h.quantity < h.held
)

select
    e.account_id,
    e.asset_id,
    e.command_id,
    e.owned,
    null::numeric as held
from effects as e
inner join public.assets as s on e.asset_id = s.asset_id
where
    e.amount < 0
    and e.owned < 0
    and e.transaction_type not in ('withdrawal', 'split')
    and not exists (
        select 1 from public.exceptions as x
        where
            x.account_id = e.account_id
            and x.command_id = e.command_id
            and x.kind = case s.kind when 'currency' then 'overdrawn' else 'deficit' end
    )
union all
select
    o.account_id,
    o.security_id,
    null,
    o.owned,
    o.held
from overdrawn as o
where not exists (
    select 1 from public.exceptions as x
    where
        x.account_id = o.account_id
        and x.kind = o.kind
        and x.created_at >= coalesce(
            (
                select max(s.sound_at) from sound as s
                where s.account_id = o.account_id and s.security_id is not distinct from o.security_id
            ),
            '-infinity'
        )
        -- It names what moved something here, unless that is in a detached month.
        and (
            exists (
                select 1 from public.transactions as t
                where t.account_id = o.account_id and t.command_id = x.command_id
            )
            or x.created_at < (select (d.month + interval '1 month') at time zone 'UTC' from last_detached as d)
        )
)
