-- Executions that are taken back or corrected, approvals by a second operator, exceptions that somebody works on.

-- Executions are never updated: what takes one back, or puts another in its place, is a row that names it.
alter table public.executions add column kind text not null default 'fill';
alter table public.executions add column ref_execution_id uuid;
alter table public.executions
-- squawk-ignore constraint-missing-not-valid
add constraint executions_kind_check check (kind in ('fill', 'bust', 'correction'));
alter table public.executions
-- squawk-ignore constraint-missing-not-valid
add constraint executions_ref_check check ((kind = 'fill') = (ref_execution_id is null));
-- squawk-ignore require-concurrent-index-creation
create unique index executions_ref_key on public.executions (ref_execution_id)
where ref_execution_id is not null;
comment on column public.executions.kind is 'fill, correction: counts until a row names it; bust: counts nothing.';
comment on column public.executions.ref_execution_id is 'The execution that this row takes back; each at most once.';

-- A closure that was reversed, and what was matched anew, stand beside the first one.
alter table public.lot_closures add column closure_no integer not null default 0;
alter table public.lot_closures add column cause_id uuid;
alter table public.lot_closures
-- squawk-ignore ban-drop-constraint
drop constraint lot_closures_pkey;
alter table public.lot_closures
-- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
add constraint lot_closures_pkey primary key (lot_id, execution_id, closure_no);
-- squawk-ignore require-concurrent-index-creation
create index lot_closures_cause_id_idx on public.lot_closures (cause_id) where cause_id is not null;
comment on column public.lot_closures.closure_no is '0: the first; above: reversed or matched anew since.';
comment on column public.lot_closures.cause_id is
'The bust or correction that wrote this row. NULL: its execution did.';

alter table public.exceptions add column resolved_by uuid;
alter table public.exceptions
-- squawk-ignore ban-drop-constraint
drop constraint exceptions_kind_check;
alter table public.exceptions
-- squawk-ignore constraint-missing-not-valid
add constraint exceptions_kind_check check (
    kind in (
        'overdrawn', 'deficit', 'overfill', 'unknown_order', 'unknown_account', 'unknown_transfer',
        'unknown_execution', 'unexpected_state', 'invalid_fact', 'no_calendar'
    )
);
alter table public.exceptions
-- squawk-ignore constraint-missing-not-valid
add constraint exceptions_resolved_check check (
    (state = 'resolved') = (resolution is not null) and (state = 'resolved') = (resolved_by is not null)
);
alter table public.exceptions
-- squawk-ignore constraint-missing-not-valid
add constraint exceptions_assigned_check check (state <> 'assigned' or assigned_to is not null);

-- What one operator asks for and another one confirms.
create table public.approvals (
    approval_id uuid primary key,
    action text not null check (
        action in (
            'reverse', 'deposit_received', 'deposit_returned', 'withdrawal_settled', 'withdrawal_returned',
            'order_canceled', 'order_expired', 'order_rejected', 'execution', 'execution_busted', 'execution_corrected'
        )
    ),
    payload jsonb not null check (jsonb_typeof(payload) = 'object'),
    reason text not null check (length(reason) between 1 and 500),
    state text not null default 'requested' check (state in ('requested', 'confirmed', 'declined')),
    requested_by uuid not null references public.users (user_id),
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by uuid references public.users (user_id),
    decided_at timestamptz,
    note text check (length(note) <= 500),
    effect_id uuid,
    constraint approvals_second_person check (decided_by <> requested_by),
    constraint approvals_decided check (
        (state = 'requested') = (decided_by is null) and (state = 'requested') = (decided_at is null)
    ),
    constraint approvals_effect check ((state = 'confirmed') = (effect_id is not null))
);
create index approvals_requested_idx on public.approvals (requested_at) where state = 'requested';
create index approvals_requested_by_idx on public.approvals (requested_by);
create index approvals_decided_by_idx on public.approvals (decided_by) where decided_by is not null;
comment on column public.approvals.effect_id is 'The command that carried it out: it stands on all that came of it.';

insert into public.platform_settings (name, value, description, updated_at)
values ('approval_lifetime', '24 hours', 'How long a request waits for a second operator.', now());

alter table public.order_events
-- squawk-ignore ban-drop-constraint
drop constraint order_events_event_check;
alter table public.order_events
-- squawk-ignore constraint-missing-not-valid
add constraint order_events_event_check check (
    event in (
        'placed', 'acknowledged', 'rejected', 'cancel_requested', 'canceled', 'cancel_rejected', 'expired',
        'fill', 'partial_fill', 'corporate_action', 'replace_requested', 'replaced', 'replace_rejected', 'triggered',
        'busted', 'corrected'
    )
);

-- Its argument list has grown.
-- squawk-ignore ban-drop-function
drop function if exists fb_private.execution_wave(
    integer, integer[], uuid[], text[], text[], text[], text[], text[], text[], uuid[], numeric[], numeric[],
    timestamptz[]
);
