create table public.corporate_actions (
    action_id uuid primary key,
    provider text not null,
    provider_action_id text not null,
    kind text not null check (
        kind in ('split', 'reverse_split', 'cash_dividend', 'symbol_change', 'cash_merger')
    ),
    security_id uuid not null references public.securities (security_id),
    ex_date date not null,
    new_shares integer check (new_shares > 0),
    old_shares integer check (old_shares > 0),
    state text not null check (state in ('announced', 'applied')),
    effective_at timestamptz not null,
    announced_at timestamptz not null,
    applied_at timestamptz,
    command_id uuid not null,
    constraint corporate_actions_provider_key unique (provider, provider_action_id),
    constraint corporate_actions_ratio check (
        kind not in ('split', 'reverse_split') or (new_shares is not null and old_shares is not null)
    )
);
create index corporate_actions_security_id_idx on public.corporate_actions (security_id);

create table public.entitlements (
    action_id uuid not null references public.corporate_actions (action_id),
    account_id uuid not null references public.accounts (account_id),
    quantity_before public.finite not null,
    quantity_after public.finite not null,
    transaction_id uuid,
    recorded_at timestamptz not null,
    primary key (action_id, account_id)
);
create index entitlements_account_id_idx on public.entitlements (account_id);
