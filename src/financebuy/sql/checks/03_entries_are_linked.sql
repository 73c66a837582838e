-- Each entry names a transaction, an account and an asset that exist; each transaction has entries.
select
    e.transaction_id,
    e.leg,
    e.account_id,
    e.asset_id,
    case
        when t.transaction_id is null then 'no such transaction'
        when a.account_id is null then 'no such account'
        when s.asset_id is null then 'no such asset'
        else 'recorded at another time than its transaction'
    end as problem
from public.entries as e
left join public.transactions as t on t.transaction_id = e.transaction_id
left join public.accounts as a on a.account_id = e.account_id
left join public.assets as s on s.asset_id = e.asset_id
where
    t.transaction_id is null
    or a.account_id is null
    or s.asset_id is null
    or t.recorded_at <> e.recorded_at
union all
select
    t.transaction_id,
    null,
    t.account_id,
    null,
    'a transaction without entries'
from public.transactions as t
where not exists (
    select 1 from public.entries as e
    where e.transaction_id = t.transaction_id
)
