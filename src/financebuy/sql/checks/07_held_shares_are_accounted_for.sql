-- Held shares are what open sell orders hold.
with wanted as (
    select
        o.account_id,
        o.security_id,
        sum(o.held) as held
    from public.orders as o
    where o.side = 'sell'
    group by o.account_id, o.security_id
)

select
    coalesce(h.account_id, w.account_id) as account_id,
    coalesce(h.security_id, w.security_id) as security_id,
    h.held,
    w.held as accounted_for
from public.holdings as h
full join wanted as w on h.account_id = w.account_id and h.security_id = w.security_id
where coalesce(h.held, 0) <> coalesce(w.held, 0)
