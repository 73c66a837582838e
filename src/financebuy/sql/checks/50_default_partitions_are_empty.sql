-- No row lies in a DEFAULT partition: each month has its own, made ahead.
select
    t.tableoid::regclass::text as partition_name,
    'public.transactions' as table_name,
    count(*) as misplaced
from public.transactions as t
where t.tableoid = (select c.oid from pg_catalog.pg_class as c where c.relname = 'transactions_default')
group by t.tableoid
union all
select
    e.tableoid::regclass::text,
    'public.entries',
    count(*)
from public.entries as e
where e.tableoid = (select c.oid from pg_catalog.pg_class as c where c.relname = 'entries_default')
group by e.tableoid
union all
select
    v.tableoid::regclass::text,
    'public.order_events',
    count(*)
from public.order_events as v
where v.tableoid = (select c.oid from pg_catalog.pg_class as c where c.relname = 'order_events_default')
group by v.tableoid
union all
select
    o.tableoid::regclass::text,
    'public.outbox',
    count(*)
from public.outbox as o
where o.tableoid = (select c.oid from pg_catalog.pg_class as c where c.relname = 'outbox_default')
group by o.tableoid
union all
select
    a.tableoid::regclass::text,
    'public.audit_log',
    count(*)
from public.audit_log as a
where a.tableoid = (select c.oid from pg_catalog.pg_class as c where c.relname = 'audit_log_default')
group by a.tableoid
union all
select
    b.tableoid::regclass::text,
    'public.price_bars',
    count(*)
from public.price_bars as b
where b.tableoid = (select c.oid from pg_catalog.pg_class as c where c.relname = 'price_bars_default')
group by b.tableoid
