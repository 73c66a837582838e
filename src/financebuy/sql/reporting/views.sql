-- What analysts read: neither names nor numbers by which the world outside knows a person or a payment. The views
-- belong to a role that may read just the columns they show (platform/rights.sql grants them), so that a careless
-- change of a view fails instead of leaking. Ids are random: they say nothing to whoever has no right on the tables.
set local role fb_reporting;

create or replace view reporting.customers with (security_barrier = true) as
select
    u.user_id,
    u.kyc_status,
    u.is_active,
    u.created_at::date as joined_on
from public.users as u
where u.kind = 'customer';
comment on view reporting.customers is 'Customers, without anything personal.';

create or replace view reporting.accounts with (security_barrier = true) as
select
    a.account_id,
    repeat('*', greatest(length(a.account_number) - 4, 0)) || right(a.account_number, 4) as account_number,
    a.account_type,
    a.currency,
    a.status,
    a.balance,
    a.held,
    a.unsettled,
    a.created_at::date as opened_on
from public.accounts as a
where a.house_code is null;
comment on view reporting.accounts is 'Customers'' accounts; of the number, the last four digits.';

create or replace view reporting.account_owners with (security_barrier = true) as
select
    o.account_id,
    o.user_id,
    o.role
from public.account_owners as o;
comment on view reporting.account_owners is 'Which customer has which account.';

create or replace view reporting.orders with (security_barrier = true) as
select
    o.order_id,
    o.account_id,
    s.symbol,
    o.side,
    o.order_type,
    o.time_in_force,
    o.quantity,
    o.notional,
    o.limit_price,
    o.stop_price,
    o.status,
    o.filled_quantity,
    o.filled_amount,
    o.fees,
    o.effective_at,
    o.placed_at,
    o.terminal_at
from public.orders as o
inner join public.securities as s on o.security_id = s.security_id;
comment on view reporting.orders is 'Orders, without the caller''s own names for them.';

create or replace view reporting.executions with (security_barrier = true) as
select
    e.execution_id,
    e.order_id,
    e.account_id,
    s.symbol,
    e.kind,
    e.side,
    e.quantity,
    e.price,
    e.amount,
    e.fee,
    e.late,
    e.effective_at,
    e.recorded_at
from public.executions as e
inner join public.securities as s on e.security_id = s.security_id;
comment on view reporting.executions is 'What venues reported, without their references.';

create or replace view reporting.holdings with (security_barrier = true) as
select
    h.account_id,
    s.symbol,
    h.quantity,
    h.held,
    h.total_cost,
    h.realized_gain,
    h.quantity * p.last as market_value
from public.holdings as h
inner join public.securities as s on h.security_id = s.security_id
left join public.security_prices as p on h.security_id = p.security_id;
comment on view reporting.holdings is 'Shares by account; the value is NULL without a price.';

create or replace view reporting.transactions with (security_barrier = true) as
select
    t.transaction_id,
    t.account_id,
    t.transaction_type,
    t.amount,
    t.currency,
    t.order_id,
    t.effective_at,
    t.recorded_at
from public.transactions as t;
comment on view reporting.transactions is
'Business events on accounts, without descriptions, references and who asked from where.';

set local role fb_owner;
