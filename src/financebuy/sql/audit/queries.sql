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
        'request_id', a.request_id, 'origin', a.origin, 'epoch', a.epoch, 'xid', a.xid
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
