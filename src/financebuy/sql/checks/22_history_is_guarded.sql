-- Every table of history refuses UPDATE, DELETE and TRUNCATE.
select
    h.name as table_name,
    g.name as missing_trigger
from unnest(
    array[
        'transactions', 'entries', 'order_events', 'executions', 'lot_closures', 'reversals', 'audit_log', 'seals',
        'exchange_rates', 'account_transfers', 'share_receipts', 'erasures', 'kyc_events', 'audit_epochs',
        'seal_copies', 'audit_retired', 'audit_retired_leaves'
    ]
) as h (name)
cross join unnest(array['refuse_change', 'refuse_truncate']) as g (name)
where not exists (
    select 1
    from pg_catalog.pg_trigger as t
    inner join pg_catalog.pg_class as c on t.tgrelid = c.oid
    where
        c.relnamespace = 'public'::regnamespace
        and c.relname = h.name
        and t.tgname = g.name
        and t.tgenabled <> 'D'
)
