-- What can be owned. A security is an asset with the same id.
create table public.assets (
    asset_id uuid primary key,
    kind text not null check (kind in ('currency', 'security')),
    code text not null check (length(code) between 1 and 64),
    scale smallint not null check (scale between 0 and 12)
);
create unique index assets_currency_key on public.assets (code) where kind = 'currency';
comment on column public.assets.scale is 'Decimal places an amount of this asset may have; more are refused.';

create sequence public.account_number_seq as bigint start 100000000;

-- A customer's cash account, or one of the house's. The customer's row is the one lock of everything the account owns.
create table public.accounts (
    account_id uuid primary key,
    account_number text not null,
    account_type text not null check (account_type in ('individual', 'retirement', 'joint', 'house')),
    house_code text check (
        house_code in ('bank', 'venue', 'fees', 'suspense', 'error', 'clearing', 'actions', 'rounding')
    ),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    balance public.finite,
    held public.finite not null default 0 check (held >= 0),
    unsettled public.finite not null default 0 check (unsettled >= 0),
    status text not null default 'active' check (status in ('active', 'restricted', 'closed')),
    version bigint not null default 0 check (version >= 0),
    event_seq bigint not null default 0 check (event_seq >= 0),
    last_recorded_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint accounts_account_number_key unique (account_number),
    constraint accounts_house_key unique (house_code, currency),
    -- The house keeps no balance: commands would queue at a row that all of them write. It is the sum of its entries.
    constraint accounts_house_has_no_balance check (
        (account_type = 'house') = (house_code is not null)
        and (account_type = 'house') = (balance is null)
    )
) with (fillfactor = 70);
comment on column public.accounts.balance is 'Cash by trade date. NULL for the house.';
comment on column public.accounts.held is 'Cash reserved by open buy orders and requested withdrawals.';
comment on column public.accounts.unsettled is 'Incoming cash that has not settled: part of balance, not withdrawable.';
comment on column public.accounts.version is 'Number of cash entries; the last entry carries it.';
comment on column public.accounts.event_seq is 'Number of events; gapless, raised under the row lock.';

create table public.account_owners (
    account_id uuid not null references public.accounts (account_id),
    user_id uuid not null references public.users (user_id),
    role text not null check (role in ('owner', 'joint', 'viewer')),
    created_at timestamptz not null,
    primary key (account_id, user_id)
);
create index account_owners_user_id_idx on public.account_owners (user_id) include (account_id, role);

-- The table is as new as this one, so nothing is blocked.
alter table public.api_keys
-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
add constraint api_keys_account_id_fkey foreign key (account_id) references public.accounts (account_id);
-- squawk-ignore require-concurrent-index-creation
create index api_keys_account_id_idx on public.api_keys (account_id) where account_id is not null;
