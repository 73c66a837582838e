-- What the audit reads: as fb_sealer to seal, as auditor to verify.
-- Rows are written for sealing exactly so, for ever (layout 1): another column is another layout.

-- name: begin
-- A row is written down the same way whatever the session, the server or its version.
select
    set_config('timezone', 'UTC', true),
    set_config('datestyle', 'ISO, YMD', true),
    set_config('bytea_output', 'hex', true);

-- name: position
select
    c.system_identifier::text as system_identifier,
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon
from pg_control_system() as c;

-- name: epochs
select
    e.epoch, e.log_id, e.origin, e.system_identifier, e.first_xid, e.opened_at, e.opened_by, e.reason, e.verifier_key,
    e.record
from public.audit_epochs as e
order by e.epoch;

-- name: last_seal
select s.epoch, s.seal_seq, s.kind, s.end_xid, s.frontier, s.head
from public.seals as s
where s.epoch = %(epoch)s
order by s.seal_seq desc
limit 1;

-- name: count_between
-- Entries come with their transactions, a few each.
select count(*) as value
from (
    select 1 from public.transactions as t
    where t.epoch = %(epoch)s and t.xid >= %(first)s and t.xid < %(end)s
    union all
    select 1 from public.executions as x
    where x.epoch = %(epoch)s and x.xid >= %(first)s and x.xid < %(end)s
    union all
    select 1 from public.order_events as o
    where o.epoch = %(epoch)s and o.xid >= %(first)s and o.xid < %(end)s
    union all
    select 1 from public.audit_log as a
    where a.epoch = %(epoch)s and a.xid >= %(first)s and a.xid < %(end)s
    limit %(limit)s
) as r;

-- name: sealed_until
select max(s.end_xid) as value
from public.seals as s
where s.epoch = %(epoch)s and s.kind = 'rows';

-- name: transactions
select
    t.xid,
    '\x01'::bytea || uuid_send(t.transaction_id) || int8send(0) as key,
    convert_to(json_build_object(
        'table', 'transactions', 'transaction_id', t.transaction_id, 'recorded_at', t.recorded_at,
        'effective_at', t.effective_at, 'account_id', t.account_id, 'transaction_type', t.transaction_type,
        'amount', t.amount, 'currency', t.currency, 'description', t.description,
        'reference_number', t.reference_number, 'event_id', t.event_id, 'order_id', t.order_id,
        'execution_id', t.execution_id, 'transfer_id', t.transfer_id, 'action_id', t.action_id,
        'command_id', t.command_id, 'actor', t.actor, 'key_id', t.key_id, 'request_id', t.request_id,
        'origin', t.origin, 'epoch', t.epoch, 'xid', t.xid
    )::text, 'UTF8') as payload
from {transactions} as t
where t.epoch = %(epoch)s and t.xid >= %(first)s and t.xid < %(end)s;

-- name: entries
select
    t.xid,
    '\x02'::bytea || uuid_send(e.transaction_id) || int8send(e.leg) as key,
    convert_to(json_build_object(
        'table', 'entries', 'transaction_id', e.transaction_id, 'leg', e.leg, 'account_id', e.account_id,
        'asset_id', e.asset_id, 'amount', e.amount, 'version', e.version, 'recorded_at', e.recorded_at,
        'effective_at', e.effective_at
    )::text, 'UTF8') as payload
from {transactions} as t
inner join {entries} as e on e.transaction_id = t.transaction_id and e.recorded_at = t.recorded_at
where t.epoch = %(epoch)s and t.xid >= %(first)s and t.xid < %(end)s;

-- name: executions
select
    x.xid,
    '\x03'::bytea || uuid_send(x.execution_id) || int8send(0) as key,
    convert_to(json_build_object(
        'table', 'executions', 'execution_id', x.execution_id, 'order_id', x.order_id, 'account_id', x.account_id,
        'security_id', x.security_id, 'venue', x.venue, 'venue_execution_id', x.venue_execution_id, 'side', x.side,
        'quantity', x.quantity, 'reported_quantity', x.reported_quantity, 'price', x.price, 'amount', x.amount,
        'fee', x.fee, 'late', x.late, 'effective_at', x.effective_at, 'recorded_at', x.recorded_at,
        'command_id', x.command_id, 'kind', x.kind, 'ref_execution_id', x.ref_execution_id, 'epoch', x.epoch,
        'xid', x.xid
    )::text, 'UTF8') as payload
from public.executions as x
where x.epoch = %(epoch)s and x.xid >= %(first)s and x.xid < %(end)s;

-- name: order_events
select
    o.xid,
    '\x04'::bytea || uuid_send(o.order_id) || int8send(o.event_seq) as key,
    convert_to(json_build_object(
        'table', 'order_events', 'order_id', o.order_id, 'account_id', o.account_id, 'event_seq', o.event_seq,
        'event', o.event, 'from_status', o.from_status, 'to_status', o.to_status, 'filled_quantity', o.filled_quantity,
        'execution_id', o.execution_id, 'reason', o.reason, 'effective_at', o.effective_at,
        'recorded_at', o.recorded_at, 'command_id', o.command_id, 'actor', o.actor, 'key_id', o.key_id,
        'request_id', o.request_id, 'origin', o.origin, 'epoch', o.epoch, 'xid', o.xid
    )::text, 'UTF8') as payload
from {order_events} as o
where o.epoch = %(epoch)s and o.xid >= %(first)s and o.xid < %(end)s;

-- name: audit_log
select
    a.xid,
    '\x05'::bytea || uuid_send(a.log_id) || int8send(0) as key,
    convert_to(json_build_object(
        'table', 'audit_log', 'log_id', a.log_id, 'recorded_at', a.recorded_at, 'actor', a.actor,
        'actor_kind', a.actor_kind, 'key_id', a.key_id, 'subject_id', a.subject_id, 'action', a.action,
        'table_name', a.table_name, 'record_id', a.record_id, 'old_values', a.old_values, 'new_values', a.new_values,
        'request_id', a.request_id, 'origin', a.origin, 'login', a.login, 'epoch', a.epoch, 'xid', a.xid
    )::text, 'UTF8') as payload
from {audit_log} as a
where a.epoch = %(epoch)s and a.xid >= %(first)s and a.xid < %(end)s;

-- name: add_seal
select fb.add_seal(
    %(epoch)s, %(seal_seq)s, %(kind)s, %(first_xid)s, %(end_xid)s, %(row_count)s, %(layout)s, %(merkle_root)s,
    %(record)s, %(frontier)s, %(head)s, %(salt)s, %(row_keys)s, %(leaves)s, %(sealed_at)s
);

-- name: open_epoch
select fb.open_epoch(
    %(epoch)s, %(log_id)s, %(origin)s, %(system_identifier)s, %(first_xid)s, %(opened_at)s, %(opened_by)s, %(reason)s,
    %(verifier_key)s, %(record)s
);

-- name: note_copies
select fb.note_copies(%(store)s, %(epoch)s, %(seal_seqs)s);

-- name: sealer_passed
select fb.sealer_passed(%(stopped)s);

-- name: status
select
    s.epoch, s.seal_seq, s.sealed_at, s.sealed_rows, s.unsealed_rows, s.oldest_unsealed, s.uncopied_heads, s.passed_at,
    s.stopped, s.stopped_at
from fb.audit_status() as s;

-- name: heads_after
-- What the outside does not have yet.
select s.seal_seq, s.head, s.sealed_at
from public.seals as s
where s.epoch = %(epoch)s and s.seal_seq > %(after)s
order by s.seal_seq
limit %(limit)s;

-- name: head_at
select s.head from public.seals as s where s.epoch = %(epoch)s and s.seal_seq = %(seal_seq)s;

-- name: last_copy
select max(c.seal_seq) as seal_seq
from public.seal_copies as c
where c.epoch = %(epoch)s and c.store = %(store)s;

-- name: seals_after
select
    s.epoch, s.seal_seq, s.kind, s.first_xid, s.end_xid, s.row_count, s.layout, s.merkle_root, s.record, s.frontier,
    s.head, s.salt, s.row_keys, s.leaves, s.sealed_at
from public.seals as s
where
    s.epoch = %(epoch)s and s.seal_seq > %(after)s
    and (%(kind)s::text is null or s.kind = %(kind)s)
order by s.seal_seq
limit %(limit)s;

-- name: sealed_rows
select coalesce(sum(s.row_count), 0)::bigint as rows from public.seals as s;

-- name: retired_leaves
select r.seal_seq, r.leaves from public.audit_retired_leaves as r where r.epoch = %(epoch)s;

-- name: detached_tables
select c.relname as name
from pg_class as c
where
    c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
    and c.relname ~ '^(entries|transactions|order_events|audit_log)_[0-9]{4}_[0-9]{2}$'
order by c.relname;

-- name: xid_range
select t.epoch, min(t.xid) as first, max(t.xid) as last from {table} as t group by t.epoch;

-- name: orphan_entries
-- An entry is sealed with its transaction; without one it belongs to nothing.
select
    0::bigint as xid,
    '\x02'::bytea || uuid_send(e.transaction_id) || int8send(e.leg) as key,
    convert_to(row_to_json(e)::text, 'UTF8') as payload
from {entries} as e
where not exists (
    select 1 from {transactions} as t
    where t.transaction_id = e.transaction_id and t.recorded_at = e.recorded_at
);

-- name: row_epochs
select t.epoch from public.transactions as t
union
select x.epoch from public.executions as x
union
select o.epoch from public.order_events as o
union
select a.epoch from public.audit_log as a;

-- name: place_of_transactions
select t.epoch, t.xid from public.transactions as t where t.transaction_id = %(id)s and %(number)s = 0;

-- name: place_of_entries
select t.epoch, t.xid
from public.entries as e
inner join public.transactions as t on e.transaction_id = t.transaction_id and e.recorded_at = t.recorded_at
where e.transaction_id = %(id)s and e.leg = %(number)s;

-- name: place_of_executions
select x.epoch, x.xid from public.executions as x where x.execution_id = %(id)s and %(number)s = 0;

-- name: place_of_order_events
select o.epoch, o.xid from public.order_events as o where o.order_id = %(id)s and o.event_seq = %(number)s;

-- name: place_of_audit_log
select a.epoch, a.xid from public.audit_log as a where a.log_id = %(id)s and %(number)s = 0;

-- name: seals_that_may_hold
-- The seal of that transaction, then those that adopted what an older epoch had left.
select
    s.epoch, s.seal_seq, s.kind, s.first_xid, s.end_xid, s.row_count, s.layout, s.merkle_root, s.record, s.frontier,
    s.head, s.salt, s.row_keys, s.leaves, s.sealed_at
from public.seals as s
where
    (s.epoch = %(epoch)s and s.kind = 'rows' and s.first_xid <= %(xid)s and s.end_xid > %(xid)s)
    or (s.epoch > %(epoch)s and s.kind = 'adopted')
order by s.epoch;

-- name: months_due
select d.table_name, d.parent, d.month from fb.months_due() as d;

-- name: detach_audit_log
select fb.detach_audit_log(%(table)s) as detached;

-- name: count_rows
select count(*) as rows from {table};

-- name: retire_month
select fb.retire_month(
    %(table)s, %(row_count)s, %(file_name)s, %(file_hash)s, %(retired_by)s, %(epochs)s::integer[],
    %(seal_seqs)s::bigint[], %(leaves)s
);

-- name: search
with lines as (
    select
        a.recorded_at, a.actor, a.actor_kind, a.login, a.key_id, a.action, a.table_name, a.record_id as record,
        a.subject_id, a.old_values, a.new_values, a.request_id, a.origin, 'audit_log' as in_table, a.log_id as row_id,
        0::bigint as number, a.epoch, a.xid
    from public.audit_log as a
    union all
    select
        t.recorded_at, t.actor, null, null, t.key_id, t.transaction_type, 'transactions', t.account_id::text, null,
        null, jsonb_build_object('amount', t.amount::text, 'currency', t.currency), t.request_id, t.origin,
        'transactions', t.transaction_id, 0, t.epoch, t.xid
    from public.transactions as t
    union all
    select
        o.recorded_at, o.actor, null, null, o.key_id, 'order ' || o.event, 'order_events', o.order_id::text, null,
        jsonb_build_object('status', o.from_status), jsonb_build_object('status', o.to_status), o.request_id, o.origin,
        'order_events', o.order_id, o.event_seq, o.epoch, o.xid
    from public.order_events as o
)

select
    l.recorded_at, l.actor, l.actor_kind, l.login, l.key_id, l.action, l.record, l.subject_id, l.old_values,
    l.new_values, l.request_id, l.origin, l.in_table, l.row_id, l.number, l.epoch, s.seal_seq
from (
    select n.* from lines as n
    where
        (%(actor)s::text is null or n.actor = %(actor)s)
        and (%(subject_id)s::uuid is null or n.subject_id = %(subject_id)s)
        and (%(action)s::text is null or n.action = %(action)s)
        and (%(table)s::text is null or n.table_name = %(table)s)
        and (%(record)s::text is null or n.record = %(record)s)
        and (%(request_id)s::text is null or n.request_id = %(request_id)s)
        and (%(since)s::timestamptz is null or n.recorded_at >= %(since)s)
        and (%(until)s::timestamptz is null or n.recorded_at < %(until)s)
        and (
            %(before_at)s::timestamptz is null
            or (n.recorded_at, n.row_id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
        )
    order by n.recorded_at desc, n.row_id desc, n.number desc
    limit %(limit)s
) as l
left join lateral (
    select e.seal_seq from public.seals as e
    where e.epoch = l.epoch and e.kind = 'rows' and e.first_xid <= l.xid and e.end_xid > l.xid
    order by e.first_xid desc
    limit 1
) as s on true
order by l.recorded_at desc, l.row_id desc, l.number desc;

-- name: act_as
select fb.act_as(%(identity)s, %(request_id)s, %(origin)s);

-- name: erasures
select e.user_id, e.erased_at, e.actor from public.erasures as e order by e.erased_at, e.user_id;
