-- What a lot has closed is the sum of its closures, and gains are their difference.
select
    l.lot_id,
    l.closed_quantity,
    coalesce(sum(c.quantity), 0) as closures_quantity,
    l.closed_cost,
    coalesce(sum(c.cost), 0) as closures_cost
from public.lots as l
left join public.lot_closures as c on l.lot_id = c.lot_id
group by l.lot_id, l.closed_quantity, l.closed_cost
having
    l.closed_quantity <> coalesce(sum(c.quantity), 0)
    or l.closed_cost <> coalesce(sum(c.cost), 0)
union all
select
    h.security_id,
    h.realized_gain,
    coalesce(sum(c.gain), 0),
    null,
    null
from public.holdings as h
left join public.lot_closures as c
    on h.account_id = c.account_id and h.security_id = c.security_id
group by h.account_id, h.security_id, h.realized_gain
having h.realized_gain <> coalesce(sum(c.gain), 0)
