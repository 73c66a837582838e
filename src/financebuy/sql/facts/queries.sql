-- What operators read: exceptions and requests that wait for a second one.

-- name: exceptions
select
    x.exception_id, x.kind, x.state, x.account_id, x.order_id, x.command_id, x.detail, x.assigned_to, x.resolution,
    x.resolved_by, x.created_at, x.updated_at
from public.exceptions as x
where
    (%(exception_id)s::uuid is null or x.exception_id = %(exception_id)s)
    and (%(state)s::text is null or x.state = %(state)s or (%(state)s = 'unresolved' and x.state <> 'resolved'))
    and (%(kind)s::text is null or x.kind = %(kind)s)
    and (%(account_id)s::uuid is null or x.account_id = %(account_id)s)
    and x.exception_id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
order by x.exception_id desc
limit %(limit)s;

-- name: approvals
select
    a.approval_id, a.action, a.payload, a.reason,
    case when a.state = 'requested' and a.expires_at <= now() then 'expired' else a.state end as state,
    a.requested_by, a.requested_at, a.expires_at, a.decided_by, a.decided_at, a.note, a.effect_id
from public.approvals as a
where
    (%(approval_id)s::uuid is null or a.approval_id = %(approval_id)s)
    and (
        %(state)s::text is null
        or %(state)s = case when a.state = 'requested' and a.expires_at <= now() then 'expired' else a.state end
    )
    and a.approval_id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
order by a.approval_id desc
limit %(limit)s;
