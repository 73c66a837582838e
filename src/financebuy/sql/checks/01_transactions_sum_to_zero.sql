-- Each transaction's entries sum to zero in each asset.
select
    e.transaction_id,
    e.asset_id,
    sum(e.amount) as difference
from public.entries as e
group by e.transaction_id, e.asset_id
having sum(e.amount) <> 0
