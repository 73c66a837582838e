-- name: schedules
-- `state`: what trades pay now is current; what began before it, past; what is to come can still be set.
select
    f.side, f.effective_from, f.flat, f.per_share, f.basis_points, f.minimum, f.maximum,
    case
        when f.effective_from > coalesce(c.market_time, now()) then 'coming'
        when f.effective_from = max(f.effective_from) filter (where f.effective_from <= coalesce(c.market_time, now()))
            over (partition by f.side) then 'current'
        else 'past'
    end as state
from public.fee_schedules as f
left join public.market_clock as c on true
order by f.side, f.effective_from;
