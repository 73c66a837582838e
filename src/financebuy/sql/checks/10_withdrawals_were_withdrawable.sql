-- No withdrawal exceeded what was withdrawable when it was made.
select
    t.transfer_id,
    t.account_id,
    t.amount,
    t.withdrawable_before
from public.transfers as t
where
    t.direction = 'outgoing'
    and (t.withdrawable_before is null or t.amount > t.withdrawable_before)
