-- Each asset sums to zero over all accounts, the house's included.
select
    e.asset_id,
    sum(e.amount) as difference
from public.entries as e
group by e.asset_id
having sum(e.amount) <> 0
