-- One bank reference, execution or command has one effect on an account.
select
    t.account_id,
    coalesce(t.execution_id, t.transfer_id, t.action_id) as cause,
    t.transaction_type,
    count(*) as effects
from public.transactions as t
where coalesce(t.execution_id, t.transfer_id, t.action_id) is not null
group by t.account_id, coalesce(t.execution_id, t.transfer_id, t.action_id), t.transaction_type
having count(*) > 1
