-- What is overdrawn was overdrawn by a fact, and an exception row says so.
select
    a.account_id,
    null::uuid as security_id,
    a.balance as owned,
    a.held
from public.accounts as a
where
    a.house_code is null
    and a.balance - a.held < 0
    and not exists (
        select 1 from public.exceptions as x
        where x.account_id = a.account_id and x.kind = 'overdrawn'
    )
union all
select
    h.account_id,
    h.security_id,
    h.quantity,
    h.held
from public.holdings as h
where
    h.quantity - h.held < 0
    and not exists (
        select 1 from public.exceptions as x
        where x.account_id = h.account_id and x.kind = 'deficit'
    )
