-- More currencies, each with the house's accounts; rates between them; money between accounts.
-- squawk-ignore-file constraint-missing-not-valid, ban-drop-constraint
alter table public.accounts
drop constraint accounts_house_code_check,
add constraint accounts_house_code_check check (
    house_code in ('bank', 'venue', 'fees', 'suspense', 'error', 'clearing', 'actions', 'rounding', 'taxes')
);

create temporary table new_currencies on commit drop as
select
    c.code,
    c.scale,
    c.number
from (
    values ('EUR', 2, 1), ('GBP', 2, 2), ('JPY', 0, 3), ('CHF', 2, 4), ('CAD', 2, 5)
) as c (code, scale, number);

insert into public.assets (asset_id, kind, code, scale)
select
    ('00000000-0000-7000-8000-00000000f1' || lpad(c.number::text, 2, '0'))::uuid,
    'currency',
    c.code,
    c.scale
from pg_temp.new_currencies as c
where not exists (select 1 from public.assets as a where a.kind = 'currency' and a.code = c.code);

insert into public.accounts (
    account_id, account_number, account_type, house_code, currency, last_recorded_at, created_at, updated_at
)
select
    ('00000000-0000-7000-8000-00000000c' || c.number || lpad(house.number::text, 2, '0'))::uuid,
    'HOUSE-' || c.code || '-' || upper(house.code),
    'house',
    house.code,
    c.code,
    now(),
    now(),
    now()
from pg_temp.new_currencies as c
cross join unnest(array['bank', 'venue', 'fees', 'suspense', 'error', 'clearing', 'actions', 'rounding', 'taxes'])
with ordinality as house (code, number);

insert into public.accounts (
    account_id, account_number, account_type, house_code, currency, last_recorded_at, created_at, updated_at
)
values
('00000000-0000-7000-8000-00000000c009', 'HOUSE-USD-TAXES', 'house', 'taxes', 'USD', now(), now(), now());

-- What one unit of the base buys of the quote. The other direction is another rate: a bank has two.
create table public.exchange_rates (
    rate_id uuid primary key,
    provider text not null check (length(provider) between 1 and 64),
    provider_rate_id text not null check (length(provider_rate_id) between 1 and 100),
    base text not null check (base ~ '^[A-Z]{3}$'),
    quote text not null check (quote ~ '^[A-Z]{3}$'),
    rate public.finite not null check (rate > 0),
    effective_at timestamptz not null check (isfinite(effective_at)),
    recorded_at timestamptz not null,
    constraint exchange_rates_provider_key unique (provider, provider_rate_id),
    constraint exchange_rates_of_two check (base <> quote)
);
create index exchange_rates_pair_idx on public.exchange_rates (base, quote, effective_at);
comment on column public.exchange_rates.rate is 'What one unit of the base buys of the quote.';

-- Money from one customer account to another, of the same currency or by a rate.
create table public.account_transfers (
    transfer_id uuid primary key,
    account_id uuid not null references public.accounts (account_id),
    target_account_id uuid not null references public.accounts (account_id),
    amount public.finite not null check (amount > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    target_amount public.finite not null check (target_amount > 0),
    target_currency text not null check (target_currency ~ '^[A-Z]{3}$'),
    rate_id uuid references public.exchange_rates (rate_id),
    withdrawable_before public.finite not null,
    command_id uuid not null,
    requested_at timestamptz not null,
    effective_at timestamptz not null,
    constraint account_transfers_of_two check (account_id <> target_account_id),
    constraint account_transfers_within_withdrawable check (amount <= withdrawable_before),
    constraint account_transfers_rate check (
        (rate_id is null) = (currency = target_currency)
        and (rate_id is not null or amount = target_amount)
    )
);
create index account_transfers_account_id_idx on public.account_transfers (account_id, transfer_id);
create index account_transfers_target_account_id_idx on public.account_transfers (target_account_id);
create index account_transfers_rate_id_idx on public.account_transfers (rate_id) where rate_id is not null;
comment on table public.account_transfers is
'Money from one customer account to another through clearing; its transactions have event_id = transfer_id.';

insert into public.platform_settings (name, value, description, updated_at)
values
('rate_age', '1 day', 'How old, in market time, a rate may be by which money is converted.', now());
