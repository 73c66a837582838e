-- A transfer between accounts took from one what it says, gave the other what it says, and never overdrew.
with booked as (
    select
        m.transfer_id,
        sum(e.amount) filter (where e.account_id = m.account_id) as taken,
        sum(e.amount) filter (where e.account_id = m.target_account_id) as given
    from public.account_transfers as m
    left join public.transactions as t
        on m.transfer_id = t.event_id and t.account_id in (m.account_id, m.target_account_id)
    left join public.entries as e on t.transaction_id = e.transaction_id
    -- What was taken in a detached month is not here.
    where m.requested_at >= coalesce(
        (
            select max((d.month + interval '1 month') at time zone 'UTC')
            from public.closed_months as d
            where d.detached_at is not null
        ),
        '-infinity'
    )
    group by m.transfer_id
)

select
    m.transfer_id,
    m.amount,
    b.taken,
    m.target_amount,
    b.given,
    m.withdrawable_before,
    r.rate
from public.account_transfers as m
inner join booked as b on m.transfer_id = b.transfer_id
inner join public.assets as c on m.target_currency = c.code and c.kind = 'currency'
left join public.exchange_rates as r on m.rate_id = r.rate_id
where
    b.taken is distinct from -m.amount
    or b.given is distinct from m.target_amount
    or m.amount > m.withdrawable_before
    -- Rounded to the nearest, by at most half of the last place.
    or abs(m.target_amount - m.amount * coalesce(r.rate, 1)) * 2 > power(10::numeric, -c.scale)
