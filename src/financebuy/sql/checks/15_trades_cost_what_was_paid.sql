-- The cash of a customer's trades is what their executions say.
select
    e.execution_id,
    e.account_id,
    case e.side when 'buy' then -e.amount - e.fee else e.amount - e.fee end as expected,
    coalesce(sum(n.amount), 0) as booked
from public.executions as e
left join public.transactions as t
    on e.execution_id = t.execution_id and e.account_id = t.account_id
left join public.assets as m on t.currency = m.code and m.kind = 'currency'
left join public.entries as n
    on
        t.transaction_id = n.transaction_id
        and e.account_id = n.account_id
        and m.asset_id = n.asset_id
group by e.execution_id, e.account_id, e.side, e.amount, e.fee
having coalesce(sum(n.amount), 0) <> case e.side when 'buy' then -e.amount - e.fee else e.amount - e.fee end
