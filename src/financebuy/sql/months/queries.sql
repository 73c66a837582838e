-- Closing and detaching months, as fb_worker.

-- name: months_to_close
select m.month from public.months_to_close as m order by m.month;

-- name: close_month
select fb.close_month(%(month)s, %(limit)s) as closed;

-- name: closed_months
select m.month, m.transactions, m.entries, m.closed_at, m.detached_at
from public.closed_months as m
order by m.month;

-- name: detach_partitions
select d.month, d.outcome from fb.detach_partitions(%(before)s) as d;

-- name: refresh_summaries
select fb.refresh_summaries() as refreshed_at;
