-- What clearing took for an event it gave again; a conversion's at its rate.
select
    t.event_id,
    sum(e.amount * case when e.asset_id = sold.asset_id then r.rate else 1 end) as difference
from public.entries as e
inner join public.accounts as a on e.account_id = a.account_id and a.house_code = 'clearing'
inner join public.transactions as t on e.transaction_id = t.transaction_id
left join public.account_transfers as m on t.event_id = m.transfer_id
left join public.exchange_rates as r on m.rate_id = r.rate_id
left join public.assets as sold on r.base = sold.code and sold.kind = 'currency'
group by t.event_id
having sum(e.amount * case when e.asset_id = sold.asset_id then r.rate else 1 end) <> 0
