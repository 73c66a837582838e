-- The audit log's facts, and what seals all history: who did what from where, and Merkle heads that are kept elsewhere.
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation, ban-drop-column, ban-drop-table
-- squawk-ignore-file adding-not-nullable-field, ban-drop-function, adding-required-field

-- What these answer with has grown.
drop function if exists fb_private.claim_broker(text, text[], text[], bytea[], boolean[]);
drop function if exists fb_private.claim_operator(text, text[], text[], bytea[], boolean[]);
drop function if exists fb_private.claim_owner(text, text[], text[], uuid[], uuid[], bytea[]);
drop function if exists fb_private.work_on_exceptions(text, text[], text[], text[], uuid[], uuid[], text[]);

alter table public.audit_log
drop column transaction_xid,
add column actor_kind text not null default 'system' check (
    actor_kind in ('customer', 'operator', 'broker', 'job', 'system', 'anonymous')
),
add column key_id text,
add column origin text check (length(origin) <= 500),
add column login text;
-- Not with the column: of the lines that are there already nobody knows it.
alter table public.audit_log alter column login set default session_user;
comment on column public.audit_log.login is
'The login that wrote the line, by the server itself: nobody can pass it in. NULL: written before it was kept.';
comment on column public.audit_log.actor_kind is
'Who acted: a customer, an operator, the broker''s staff, a job of the platform, the platform itself, or nobody known.';
comment on column public.audit_log.origin is
'Where from: how it came in; a network address is encrypted under the key of the user who acted.';

-- Where a row stands in time, for the sealer: the transaction that wrote it. Its number means something only within an
-- epoch: a copy of the database that was restored elsewhere counts anew. What is there already is sealed first. bigint,
-- since no BRIN index knows xid8; an entry has the number of its transaction.
do $$
declare
    v_table text;
begin
    foreach v_table in array array['transactions', 'executions', 'order_events', 'audit_log'] loop
        execute format(
            'alter table public.%I '
            'add column epoch integer not null default 1, add column xid bigint not null default 0',
            v_table
        );
        execute format(
            'alter table public.%I alter column xid set default (pg_current_xact_id()::text)::bigint', v_table
        );
        execute format(
            'create index %I on public.%I using brin (xid) with (pages_per_range = 32)', v_table || '_xid_brin', v_table
        );
        execute format(
            'comment on column public.%I.xid is %L', v_table,
            'The transaction of the server that wrote the row, within its epoch: rows are sealed in this order.'
        );
        execute format(
            'comment on column public.%I.epoch is %L', v_table,
            'Which life of the database wrote the row: a restore begins the next one.'
        );
    end loop;
end
$$;

-- One life of the database: from its beginning, or from a recovery that somebody has signed for.
create table public.audit_epochs (
    epoch integer primary key check (epoch > 0),
    log_id uuid not null,
    origin text not null check (length(origin) between 1 and 200),
    system_identifier text not null,
    first_xid bigint not null,
    opened_at timestamptz not null,
    opened_by text not null,
    reason text not null check (length(reason) between 1 and 500),
    verifier_key text not null,
    record text not null,
    constraint audit_epochs_origin_key unique (origin)
);
comment on column public.audit_epochs.record is
'What was signed when it was opened: what the epoch before had come to, in the database and outside.';
comment on column public.audit_epochs.verifier_key is 'The public key of its heads, as C2SP signed-note writes it.';

-- It was never written to: the sealer comes with this revision.
drop table public.seals;

create table public.seals (
    epoch integer not null references public.audit_epochs (epoch),
    seal_seq bigint not null check (seal_seq > 0),
    kind text not null check (kind in ('rows', 'adopted')),
    first_xid bigint not null,
    end_xid bigint not null,
    row_count integer not null check (row_count > 0),
    layout integer not null,
    merkle_root bytea not null check (octet_length(merkle_root) = 32),
    record bytea not null,
    frontier bytea not null check (octet_length(frontier) % 32 = 0),
    head text not null,
    salt bytea not null check (octet_length(salt) = 32),
    row_keys bytea not null,
    leaves bytea not null,
    sealed_at timestamptz not null,
    primary key (epoch, seal_seq),
    constraint seals_first_xid_key unique (epoch, first_xid, kind),
    constraint seals_order check (first_xid < end_xid),
    constraint seals_whole check (
        octet_length(leaves) = 32 * row_count and octet_length(row_keys) = 25 * row_count
    )
);
-- Hashes do not compress.
alter table public.seals
alter column row_keys set storage external,
alter column leaves set storage external;
comment on column public.seals.first_xid is 'The first transaction that it may hold rows of.';
comment on column public.seals.end_xid is 'The first transaction after it.';
comment on column public.seals.layout is 'Which columns the rows were sealed with, and how they are written.';
comment on column public.seals.record is 'What the log of seals holds of it, to the byte.';
comment on column public.seals.frontier is 'The roots of the whole subtrees of the log up to here, for the next seal.';
comment on column public.seals.head is 'The signed head of the log at this size (C2SP checkpoint).';
comment on column public.seals.salt is 'What the nonces of its leaves come from.';
comment on column public.seals.row_keys is
'Which row each leaf is of: its table, id and number within it, 25 bytes each.';
comment on column public.seals.leaves is 'The hash of each row, 32 bytes each (RFC 6962).';

-- Which heads are known to be outside: one that is missing there since was taken away, or this database was restored.
create table public.seal_copies (
    store text not null check (length(store) between 1 and 500),
    epoch integer not null,
    seal_seq bigint not null,
    copied_at timestamptz not null,
    primary key (store, epoch, seal_seq),
    foreign key (epoch, seal_seq) references public.seals (epoch, seal_seq)
);
create index seal_copies_seal_idx on public.seal_copies (epoch, seal_seq);

-- What the sealer did last, and why it has stopped.
create table public.sealer_state (
    only_row boolean primary key default true check (only_row),
    passed_at timestamptz not null,
    stopped text check (length(stopped) between 1 and 1000),
    stopped_at timestamptz,
    constraint sealer_state_stopped check ((stopped is null) = (stopped_at is null))
) with (fillfactor = 10);

-- Months that were exported, verified and dropped after their retention.
create table public.audit_retired (
    table_name text primary key,
    row_count bigint not null check (row_count >= 0),
    file_name text not null,
    file_sha256 bytea not null check (octet_length(file_sha256) = 32),
    retired_at timestamptz not null,
    retired_by text not null
);

-- Which leaves of a seal are of rows that were dropped: one bit a leaf, the first leaf in the lowest bit.
create table public.audit_retired_leaves (
    table_name text not null references public.audit_retired (table_name),
    epoch integer not null,
    seal_seq bigint not null,
    leaves bytea not null,
    primary key (table_name, epoch, seal_seq),
    foreign key (epoch, seal_seq) references public.seals (epoch, seal_seq)
);
create index audit_retired_leaves_seal_idx on public.audit_retired_leaves (epoch, seal_seq);

insert into public.platform_settings (name, value, description, updated_at)
values
('audit_retention', '7 years', 'How long a detached month is kept before it may be exported and dropped.', now());
