-- What every installation has: its currency, the house's accounts and the settings' defaults.
insert into public.assets (asset_id, kind, code, scale)
values ('00000000-0000-7000-8000-00000000f001', 'currency', 'USD', 2);

insert into public.accounts (
    account_id, account_number, account_type, house_code, currency, last_recorded_at, created_at, updated_at
)
select
    ('00000000-0000-7000-8000-00000000c0' || lpad(number::text, 2, '0'))::uuid,
    'HOUSE-USD-' || upper(code),
    'house',
    code,
    'USD',
    now(),
    now(),
    now()
from unnest(array['bank', 'venue', 'fees', 'suspense', 'error', 'clearing', 'actions', 'rounding'])
with ordinality as house (code, number);

insert into public.platform_settings (name, value, description, updated_at)
values
('collar', '0.05', 'How far above the ask a market buy may fill, as a fraction; its hold is at that price.', now()),
('key_retention', '30 days', 'How long idempotency keys are kept.', now());
