-- Personal data: epochs of keys, generations of data keys, payment methods as tokens, documents as ciphertext.

-- Where each key-encryption key is kept, never the key itself in clear.
create table public.key_epochs (
    tree text not null check (tree in ('personal', 'backup')),
    epoch integer not null check (epoch > 0),
    provider text not null check (provider in ('file', 'aws-kms')),
    reference text check (length(reference) between 1 and 512),
    wrapped_key bytea check (octet_length(wrapped_key) between 32 and 6144),
    state text not null check (state in ('active', 'retired', 'destroyed')),
    created_at timestamptz not null,
    retired_at timestamptz,
    destroyed_at timestamptz,
    primary key (tree, epoch),
    constraint key_epochs_state check (
        (state <> 'active') = (retired_at is not null) and (state = 'destroyed') = (destroyed_at is not null)
        and (state <> 'destroyed' or wrapped_key is null)
    )
);
-- squawk-ignore require-concurrent-index-creation
create unique index key_epochs_active_key on public.key_epochs (tree) where state = 'active';
comment on column public.key_epochs.tree is
'personal: wraps the users'' data keys and dies within the backups'' retention; backup: lives as long as its backups.';
comment on column public.key_epochs.wrapped_key is 'The key as AWS KMS encrypted it; NULL: it is in the key file.';

insert into public.key_epochs (tree, epoch, provider, state, created_at)
values ('personal', 1, 'file', 'active', now());

insert into public.platform_settings (name, value, description, updated_at)
values
(
    'personal_key_age', '30 days', 'How old the active personal key may grow before a new epoch is due.', now()
),
(
    'personal_key_kept', '90 days',
    'How long a retired personal key is kept: as long as the oldest daily backup that can be restored.', now()
),
(
    'backup_key_kept', '2557 days', 'How long a retired backup key is kept: as long as the yearly archives.', now()
);

-- What there is was bound to its place in the first way: generation 0.
alter table public.personal_data_keys add column generation integer not null default 0;
alter table public.personal_data_keys alter column generation set default 1;
alter table public.personal_data_keys
-- squawk-ignore constraint-missing-not-valid
add constraint personal_data_keys_generation_check check (generation >= 0);
comment on column public.personal_data_keys.generation is
'Which of the user''s data keys this is; every ciphertext is bound to it. 0: bound as before there were generations.';
-- squawk-ignore require-concurrent-index-creation
create index personal_data_keys_key_epoch_idx on public.personal_data_keys (key_epoch, user_id);

-- Whose data key was destroyed, to be repeated after a restore. The list outlives the users.
create table public.erasures (
    user_id uuid primary key,
    erased_at timestamptz not null,
    actor text not null
);
comment on column public.erasures.user_id is 'No foreign key: the list outlives the users.';

create table public.payment_methods (
    payment_method_id uuid primary key,
    user_id uuid not null references public.users (user_id),
    kind text not null check (kind in ('iban', 'us_bank', 'card')),
    token text not null constraint payment_methods_token_key unique check (token ~ '^pm_[0-9a-f]{32}$'),
    last_four text not null check (last_four ~ '^[0-9A-Z]{1,4}$'),
    country text check (country ~ '^[A-Z]{2}$'),
    routing_number text check (routing_number ~ '^[0-9]{9}$'),
    number_ciphertext bytea,
    number_index bytea check (octet_length(number_index) = 32),
    generation integer not null check (generation >= 0),
    command_id uuid not null constraint payment_methods_command_id_key unique,
    created_at timestamptz not null,
    removed_at timestamptz,
    constraint payment_methods_routing_check check ((kind = 'us_bank') = (routing_number is not null)),
    constraint payment_methods_number_check check (
        (number_ciphertext is not null) = (kind <> 'card' and removed_at is null)
    )
);
-- squawk-ignore require-concurrent-index-creation
create unique index payment_methods_number_key on public.payment_methods (user_id, number_index)
where removed_at is null and number_index is not null;
-- squawk-ignore require-concurrent-index-creation
create index payment_methods_user_id_idx on public.payment_methods (user_id, payment_method_id);
comment on column public.payment_methods.token is 'What stands for the number everywhere else; drawn at random.';
comment on column public.payment_methods.number_ciphertext is
'NULL for a card, whose number is not kept, and once removed.';

create table public.kyc_documents (
    document_id uuid primary key,
    user_id uuid not null references public.users (user_id),
    kind text not null check (
        kind in ('passport', 'identity_card', 'driving_licence', 'residence_permit', 'proof_of_address', 'other')
    ),
    media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
    byte_count integer not null check (byte_count between 1 and 10485760),
    content_ciphertext bytea,
    content_index bytea check (octet_length(content_index) = 32),
    generation integer not null check (generation >= 0),
    command_id uuid not null constraint kyc_documents_command_id_key unique,
    created_at timestamptz not null,
    removed_at timestamptz,
    constraint kyc_documents_content_check check ((content_ciphertext is not null) = (removed_at is null))
);
-- Ciphertext does not compress.
alter table public.kyc_documents alter column content_ciphertext set storage external;
-- squawk-ignore require-concurrent-index-creation
create unique index kyc_documents_content_key on public.kyc_documents (user_id, content_index)
where removed_at is null and content_index is not null;
-- squawk-ignore require-concurrent-index-creation
create index kyc_documents_user_id_idx on public.kyc_documents (user_id, document_id);

-- Where a withdrawal is to be paid: a bank account by its token, or as the platform pays by default.
-- The column is new, so the constraint has nothing to look at.
alter table public.transfers
-- squawk-ignore adding-foreign-key-constraint
add column payment_method_id uuid references public.payment_methods (payment_method_id);
-- squawk-ignore require-concurrent-index-creation
create index transfers_payment_method_id_idx on public.transfers (payment_method_id)
where payment_method_id is not null;
comment on column public.transfers.payment_method_id is 'The bank account that a withdrawal is to be paid to.';
-- squawk-ignore ban-drop-function
drop function if exists fb.request_withdrawal(text[], text[], text[], text[], uuid[], numeric[], boolean);

-- It answers with the generation too.
-- squawk-ignore ban-drop-function
drop function if exists fb.personal_data(text, uuid, text);
