-- People, their secrets and their keys. Personal data is ciphertext from the first row on.
create table public.users (
    user_id uuid primary key,
    kind text not null default 'customer' check (kind in ('customer', 'operator', 'broker')),
    kyc_status text not null default 'pending' check (kyc_status in ('pending', 'approved', 'rejected')),
    is_active boolean not null default true,
    email_index bytea not null check (octet_length(email_index) between 16 and 64),
    email_ciphertext bytea not null,
    first_name_ciphertext bytea,
    last_name_ciphertext bytea,
    phone_ciphertext bytea,
    address_ciphertext bytea,
    birth_date_ciphertext bytea,
    national_id_ciphertext bytea,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint users_email_index_key unique (email_index)
);
comment on column public.users.email_index is
'Keyed hash of the lower-cased address: equality without plaintext.';

-- The key that encrypts one user's personal data, wrapped by a key-encryption key. Its destruction erases the user.
create table public.personal_data_keys (
    user_id uuid primary key references public.users (user_id),
    key_epoch integer not null check (key_epoch > 0),
    wrapped_key bytea not null,
    created_at timestamptz not null
);

create table public.credentials (
    user_id uuid primary key references public.users (user_id),
    password_hash text not null check (password_hash like '$argon2id$%'),
    changed_at timestamptz not null
);

create table public.api_keys (
    key_id text primary key check (key_id ~ '^[A-Z0-9]{16,32}$'),
    user_id uuid not null references public.users (user_id),
    account_id uuid,
    secret_hash bytea not null check (octet_length(secret_hash) = 32),
    scopes text[] not null check (
        cardinality(scopes) > 0
        and scopes <@ array['read', 'trade', 'funding', 'broker', 'operations', 'admin']
    ),
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_keys_user_id_idx on public.api_keys (user_id);

-- HMAC keys of the signed identity, kept as the two padded blocks that HMAC needs (RFC 2104).
create table fb_private.identity_keys (
    identity_key_id integer primary key,
    inner_block bytea not null check (octet_length(inner_block) = 64),
    outer_block bytea not null check (octet_length(outer_block) = 64)
);
