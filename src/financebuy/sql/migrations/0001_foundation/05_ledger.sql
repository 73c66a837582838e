-- Double entry. Both tables are append-only and partitioned by month of recording.
create table public.transactions (
    transaction_id uuid not null,
    recorded_at timestamptz not null,
    effective_at timestamptz not null,
    account_id uuid not null references public.accounts (account_id),
    transaction_type text not null check (
        transaction_type in (
            'deposit', 'deposit_return', 'withdrawal', 'withdrawal_return', 'buy', 'sell', 'fee',
            'split', 'dividend', 'transfer', 'conversion', 'reversal', 'action', 'adjustment'
        )
    ),
    amount public.finite not null check (amount >= 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    description text check (length(description) <= 500),
    reference_number text check (length(reference_number) <= 100),
    event_id uuid not null,
    order_id uuid,
    execution_id uuid,
    transfer_id uuid,
    action_id uuid,
    command_id uuid not null,
    actor text not null,
    key_id text,
    request_id text,
    origin text,
    primary key (transaction_id, recorded_at)
) partition by range (recorded_at);
create index transactions_account_id_idx on public.transactions (account_id, recorded_at);
create table public.transactions_default partition of public.transactions default;
comment on column public.transactions.event_id is 'Joins the transactions of one business event on several accounts.';

-- No foreign keys here: each would lock a house row that every command touches. check books proves the links instead.
create table public.entries (
    transaction_id uuid not null,
    leg smallint not null check (leg > 0),
    account_id uuid not null,
    asset_id uuid not null,
    amount public.finite not null check (amount <> 0),
    version bigint check (version > 0),
    recorded_at timestamptz not null,
    effective_at timestamptz not null,
    primary key (transaction_id, leg, recorded_at)
) partition by range (recorded_at);
create table public.entries_default partition of public.entries default;
comment on column public.entries.version is
'Gapless for each customer account and asset, unique within a partition. NULL for the house.';

create table public.reversals (
    reversed_id uuid primary key,
    reversing_id uuid not null,
    command_id uuid not null,
    recorded_at timestamptz not null,
    constraint reversals_reversing_id_key unique (reversing_id)
);

create table public.closing_balances (
    account_id uuid not null,
    asset_id uuid not null,
    month date not null check (extract(day from month) = 1),
    version bigint,
    balance public.finite not null,
    closed_at timestamptz not null,
    primary key (account_id, asset_id, month)
);

-- Money to and from a bank.
create table public.transfers (
    transfer_id uuid primary key,
    account_id uuid not null references public.accounts (account_id),
    direction text not null check (direction in ('incoming', 'outgoing')),
    amount public.finite not null check (amount > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    state text not null check (state in ('requested', 'settled', 'returned', 'refunded')),
    bank text,
    bank_reference text check (length(bank_reference) <= 100),
    withdrawable_before public.finite,
    reason text check (length(reason) <= 500),
    command_id uuid not null,
    requested_at timestamptz not null,
    updated_at timestamptz not null,
    effective_at timestamptz not null,
    constraint transfers_bank_reference_key unique (bank, direction, bank_reference),
    constraint transfers_within_withdrawable check (
        direction = 'incoming' or (withdrawable_before is not null and amount <= withdrawable_before)
    )
);
create index transfers_account_id_idx on public.transfers (account_id, requested_at);
create index transfers_requested_idx on public.transfers (requested_at) where state = 'requested';

create table public.settlements (
    settlement_id uuid primary key,
    account_id uuid not null references public.accounts (account_id),
    asset_id uuid not null references public.assets (asset_id),
    execution_id uuid,
    transfer_id uuid,
    amount public.finite not null check (amount <> 0),
    settle_on date not null,
    state text not null check (state in ('open', 'settled', 'canceled')),
    created_at timestamptz not null,
    closed_at timestamptz,
    constraint settlements_of_one check ((execution_id is null) <> (transfer_id is null)),
    constraint settlements_closed check ((state = 'open') = (closed_at is null))
);
create index settlements_open_idx on public.settlements (settle_on, account_id) where state = 'open';
create index settlements_account_id_idx on public.settlements (account_id);

-- What a fact left that needs a person: it is never refused, so it can overdraw or match nothing.
create table public.exceptions (
    exception_id uuid primary key,
    kind text not null check (
        kind in (
            'overdrawn', 'deficit', 'overfill', 'unknown_order', 'unknown_account', 'unknown_transfer',
            'unexpected_state', 'invalid_fact', 'no_calendar'
        )
    ),
    account_id uuid,
    order_id uuid,
    command_id uuid not null,
    detail jsonb not null,
    state text not null default 'open' check (state in ('open', 'assigned', 'resolved')),
    assigned_to uuid,
    resolution text,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index exceptions_open_idx on public.exceptions (created_at) where state <> 'resolved';
create index exceptions_account_id_idx on public.exceptions (account_id) where account_id is not null;
