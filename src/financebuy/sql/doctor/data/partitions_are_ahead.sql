-- Every table that has a partition a month has those of the next two months.
-- severity: high
-- reference: ours
-- fix: financebuy db migrate
select
    p.partrelid::regclass::text as relation,
    to_char(m.month, 'YYYY-MM') as missing
from pg_partitioned_table as p
cross join generate_series(
    date_trunc('month', now()), date_trunc('month', now()) + interval '2 months', interval '1 month'
) as m (month)
where
    p.partrelid::regclass::text <> 'public.price_bars'
    and not exists (
        select 1 from pg_inherits as i
        inner join pg_class as c on i.inhrelid = c.oid
        where i.inhparent = p.partrelid and right(c.relname, 7) = to_char(m.month, 'YYYY_MM')
    );
