-- An open order holds no less than what is left of it costs at its hold price.
select
    o.order_id,
    o.side,
    o.status,
    o.held,
    case
        when o.side = 'sell' then o.quantity - o.filled_quantity
        else (o.quantity - o.filled_quantity) * o.hold_price
    end as needed
from public.orders as o
where
    o.terminal_at is null
    and o.quantity is not null
    and o.held < case
        when o.side = 'sell' then o.quantity - o.filled_quantity
        else (o.quantity - o.filled_quantity) * o.hold_price
    end
