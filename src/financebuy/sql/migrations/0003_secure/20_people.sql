-- People and keys: second factors, lockout, the record of sign-ins, staff roles, KYC states.

-- Whoever signs in is counted by the keyed hash of what they typed, known or not: a lock says nothing about who exists.
create table public.sign_in_locks (
    subject bytea primary key check (octet_length(subject) between 16 and 64),
    failures integer not null check (failures >= 0),
    locked_until timestamptz,
    last_attempt_at timestamptz not null
);
comment on table public.sign_in_locks is
'Attempts since the last success, by the keyed hash of the address that was typed.';

create table public.sign_in_attempts (
    attempt_id uuid primary key,
    attempted_at timestamptz not null,
    place text not null check (place in ('platform', 'database')),
    outcome text not null check (
        outcome in (
            'signed_in', 'unknown_user', 'wrong_password', 'wrong_code', 'wrong_passkey', 'locked', 'inactive',
            'wrong_key', 'refused', 'limited', 'taken'
        )
    ),
    method text not null check (length(method) between 1 and 32),
    user_id uuid references public.users (user_id),
    login text check (length(login) between 1 and 128),
    network cidr,
    address_index bytea check (octet_length(address_index) between 16 and 64),
    request_id text check (length(request_id) <= 128),
    constraint sign_in_attempts_of_a_login check ((place = 'database') = (login is not null) or method = 'api_key')
);
create index sign_in_attempts_attempted_at_idx on public.sign_in_attempts (attempted_at);
create index sign_in_attempts_user_id_idx on public.sign_in_attempts (user_id, attempted_at)
where user_id is not null;
comment on column public.sign_in_attempts.network is 'The address less its last part: /24 of IPv4, /48 of IPv6.';
comment on column public.sign_in_attempts.address_index is
'Keyed hash of the whole address: equality without the address.';
comment on column public.sign_in_attempts.login is
'The database login or the id of the API key; where there is none such, a keyed hash of what was typed.';

-- Sessions that began before this are over, wherever they are remembered.
alter table public.users add column sessions_valid_from timestamptz, add column factor_removed_at timestamptz;
comment on column public.users.factor_removed_at is 'Money waits after that as after a new second factor.';

create table public.totp_secrets (
    user_id uuid primary key references public.users (user_id),
    secret_ciphertext bytea not null,
    confirmed_at timestamptz,
    last_step bigint not null default 0 check (last_step >= 0),
    created_at timestamptz not null
);
comment on column public.totp_secrets.last_step is
'The newest time step that a code was taken for: each code works once.';

create table public.recovery_codes (
    user_id uuid not null references public.users (user_id),
    code_hash bytea not null check (octet_length(code_hash) = 32),
    created_at timestamptz not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
);

create table public.passkeys (
    credential_id bytea primary key check (octet_length(credential_id) between 16 and 1023),
    user_id uuid not null references public.users (user_id),
    public_key bytea not null,
    sign_count bigint not null check (sign_count >= 0),
    name text not null check (length(name) between 1 and 64),
    created_at timestamptz not null,
    last_used_at timestamptz
);
create index passkeys_user_id_idx on public.passkeys (user_id);

-- Staff are apart from customers: who has a role here owns no account.
create table public.staff_roles (
    user_id uuid primary key references public.users (user_id),
    role text not null check (role in ('read', 'operate', 'admin')),
    granted_at timestamptz not null
);

-- Whoever was staff goes on as such.
insert into public.staff_roles (user_id, role, granted_at)
select
    u.user_id,
    'operate',
    now()
from public.users as u
where u.kind <> 'customer';

alter table public.api_keys
add column allowed_addresses cidr[] check (cardinality(allowed_addresses) between 1 and 32),
add column name text check (length(name) between 1 and 64),
-- squawk-ignore ban-drop-constraint
drop constraint api_keys_scopes_check,
-- squawk-ignore constraint-missing-not-valid
add constraint api_keys_scopes_check check (
    cardinality(scopes) > 0
    and scopes <@ array['read', 'trade', 'funding', 'inspect', 'broker', 'operations', 'admin']
);
comment on column public.api_keys.allowed_addresses is 'From where the key works; NULL is everywhere.';

alter table public.users
-- squawk-ignore ban-drop-constraint
drop constraint users_kyc_status_check,
-- squawk-ignore constraint-missing-not-valid
add constraint users_kyc_status_check check (
    kyc_status in ('pending', 'submitted', 'in_review', 'action_required', 'approved', 'rejected', 'expired')
);

create table public.kyc_transitions (
    from_status text not null,
    to_status text not null,
    primary key (from_status, to_status)
);
insert into public.kyc_transitions (from_status, to_status)
values
('pending', 'submitted'),
('pending', 'approved'), -- verified elsewhere
('pending', 'rejected'),
('submitted', 'in_review'),
('submitted', 'action_required'),
('submitted', 'approved'),
('submitted', 'rejected'),
('in_review', 'action_required'),
('in_review', 'approved'),
('in_review', 'rejected'),
('action_required', 'submitted'),
('action_required', 'rejected'),
('approved', 'pending'), -- an approval is taken back
('approved', 'in_review'),
('approved', 'expired'),
('approved', 'rejected'),
('rejected', 'submitted'),
('rejected', 'in_review'),
('expired', 'submitted'),
('expired', 'in_review'),
('expired', 'rejected');

create table public.kyc_events (
    event_id uuid primary key,
    user_id uuid not null references public.users (user_id),
    from_status text not null,
    to_status text not null,
    actor text not null,
    request_id text,
    recorded_at timestamptz not null
);
create index kyc_events_user_id_idx on public.kyc_events (user_id, recorded_at);

-- Signatures change: what is made anew must not stand beside the old.
-- squawk-ignore ban-drop-function
drop function if exists fb.authenticate_api_key(text, bytea);
-- squawk-ignore ban-drop-function
drop function if exists fb.create_api_key(
    text[], text[], text[], text[], text[], uuid[], uuid[], bytea[], text[], timestamptz[], boolean
);

-- A colleague who has lost what they sign in with: two administrators let them begin anew.
alter table public.approvals
-- squawk-ignore ban-drop-constraint
drop constraint approvals_action_check;
alter table public.approvals
-- squawk-ignore constraint-missing-not-valid
add constraint approvals_action_check check (
    action in (
        'reverse', 'deposit_received', 'deposit_returned', 'withdrawal_settled', 'withdrawal_returned',
        'order_canceled', 'order_expired', 'order_rejected', 'execution', 'execution_busted', 'execution_corrected',
        'reset_access'
    )
);
