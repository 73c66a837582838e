-- Months that are over and not closed, from the first that has anything; those in which nothing happened too.
create or replace view public.months_to_close with (security_invoker = true) as
select d.month::date as month
from (
    select least(
        (select min(t.recorded_at) from public.transactions as t), (select min(o.recorded_at) from public.outbox as o)
    ) as recorded_at
) as earliest
cross join lateral generate_series(
    date_trunc('month', earliest.recorded_at at time zone 'UTC'),
    (clock_timestamp() - interval '1 hour') at time zone 'UTC' - interval '1 month',
    interval '1 month'
) as d (month)
where
    not exists (select 1 from public.closed_months as m where m.month = d.month::date);
comment on view public.months_to_close is 'Months that have been over for an hour and are not closed.';
