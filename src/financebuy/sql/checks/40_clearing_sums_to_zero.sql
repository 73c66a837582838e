-- What clearing took for an event it gave again; a conversion's at its rate, also when it is reversed.
with legs as (
    select
        t.event_id,
        e.asset_id,
        e.amount,
        coalesce(r.transaction_id, t.transaction_id) as first_id
    from public.entries as e
    inner join public.accounts as a on e.account_id = a.account_id and a.house_code = 'clearing'
    inner join public.transactions as t on e.transaction_id = t.transaction_id
    left join public.reversals as v on t.transaction_id = v.reversing_id
    left join public.transactions as r on v.reversed_id = r.transaction_id
)

select
    l.event_id,
    sum(l.amount * case when l.asset_id = sold.asset_id then r.rate else 1 end) as difference
from legs as l
inner join public.transactions as t on l.first_id = t.transaction_id
left join public.account_transfers as m on t.event_id = m.transfer_id
left join public.exchange_rates as r on m.rate_id = r.rate_id
left join public.assets as sold on r.base = sold.code and sold.kind = 'currency'
group by l.event_id
having sum(l.amount * case when l.asset_id = sold.asset_id then r.rate else 1 end) <> 0
