-- A command's key, the hash of what it asked and, when it was refused, why. Accepted: refusal is NULL.
create table public.idempotency_keys (
    actor text not null,
    key text not null check (length(key) between 1 and 255),
    command text not null,
    request_hash bytea not null,
    command_id uuid not null,
    refusal_code text,
    refusal_field text,
    created_at timestamptz not null,
    primary key (actor, key)
) with (fillfactor = 90);
create unique index idempotency_keys_command_id_key on public.idempotency_keys (command_id);
create index idempotency_keys_created_at_brin on public.idempotency_keys using brin (created_at);

-- One row an event, written with the change it tells of. The relay numbers committed rows for the global streams.
create table public.outbox (
    account_id uuid not null,
    event_seq bigint not null,
    kind text not null,
    payload jsonb not null,
    command_id uuid not null,
    recorded_at timestamptz not null,
    effective_at timestamptz not null,
    global_seq bigint,
    primary key (account_id, event_seq, recorded_at)
) partition by range (recorded_at);
create index outbox_unpublished_idx on public.outbox (recorded_at) where global_seq is null;
create index outbox_global_seq_idx on public.outbox (global_seq) where global_seq is not null;
create table public.outbox_default partition of public.outbox default;
create sequence public.outbox_global_seq as bigint;

-- What is not append-only history by itself: users, access, settings, reads of personal data, operators.
create table public.audit_log (
    log_id uuid not null,
    recorded_at timestamptz not null,
    transaction_xid xid8 not null,
    actor text not null,
    subject_id uuid,
    action text not null,
    table_name text,
    record_id text,
    old_values jsonb,
    new_values jsonb,
    request_id text,
    primary key (log_id, recorded_at)
) partition by range (recorded_at);
create index audit_log_recorded_at_idx on public.audit_log (recorded_at);
create index audit_log_subject_id_idx on public.audit_log (subject_id, recorded_at) where subject_id is not null;
create table public.audit_log_default partition of public.audit_log default;
comment on column public.audit_log.subject_id is 'The user concerned. No foreign key: the log outlives an erased user.';

create table public.seals (
    epoch integer not null,
    seal_seq bigint not null,
    first_xid xid8 not null,
    last_xid xid8 not null,
    row_count bigint not null check (row_count >= 0),
    merkle_root bytea not null check (octet_length(merkle_root) = 32),
    tree_size bigint not null,
    head bytea not null,
    signature bytea not null,
    sealed_at timestamptz not null,
    primary key (epoch, seal_seq)
);

create table public.reconciliation_runs (
    run_id uuid primary key,
    source text not null,
    statement_date date not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    breaks integer check (breaks >= 0)
);

create table public.reconciliation_breaks (
    run_id uuid not null references public.reconciliation_runs (run_id),
    break_no integer not null,
    kind text not null,
    account_id uuid,
    asset_id uuid,
    ours public.finite,
    theirs public.finite,
    reference text,
    state text not null default 'open' check (state in ('open', 'explained', 'resolved')),
    note text,
    primary key (run_id, break_no)
);

create table public.platform_settings (
    name text primary key,
    value text not null,
    description text not null,
    updated_at timestamptz not null
);

create table public.process_heartbeats (
    process text primary key,
    instance uuid not null,
    pid integer not null,
    started_at timestamptz not null,
    beat_at timestamptz not null
) with (fillfactor = 10);
