-- Cash, entries and transfers, read under the caller's policies.

-- name: balances
select
    a.account_id, a.currency,
    round(a.balance, m.scale) as balance, round(a.held, m.scale) as held, round(a.unsettled, m.scale) as unsettled,
    round(a.balance - a.held, m.scale) as buying_power,
    round(greatest(a.balance - a.held - a.unsettled, 0), m.scale) as withdrawable
from public.accounts as a
inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
where a.account_id = %(account_id)s and a.house_code is null;

-- name: entries
-- By the account's transactions, whose index is by time; the entries follow by their primary key.
select
    e.transaction_id, e.leg, t.transaction_type, e.account_id, e.asset_id, coalesce(s.symbol, c.code) as asset,
    case when c.kind = 'currency' then round(e.amount, c.scale) else trim_scale(e.amount) end as amount,
    e.version, t.reference_number as reference, t.order_id, t.execution_id, t.transfer_id, e.effective_at, e.recorded_at
from public.transactions as t
inner join public.entries as e
    on e.transaction_id = t.transaction_id and e.recorded_at = t.recorded_at and e.account_id = t.account_id
inner join public.assets as c on c.asset_id = e.asset_id
left join public.securities as s on s.security_id = e.asset_id
where
    t.account_id = %(account_id)s
    and (
        %(recorded_at)s::timestamptz is null
        or (t.recorded_at, t.transaction_id, e.leg)
        < (%(recorded_at)s::timestamptz, %(transaction_id)s::uuid, %(leg)s::integer)
    )
order by t.recorded_at desc, t.transaction_id desc, e.leg desc
limit %(limit)s;

-- name: transfer
select
    t.transfer_id, t.account_id, t.direction, round(t.amount, m.scale) as amount, t.currency, t.state, t.bank,
    t.bank_reference, t.reason, t.requested_at, t.updated_at, t.effective_at, t.payment_method_id
from public.transfers as t
inner join public.accounts as a on a.account_id = t.account_id and a.house_code is null
inner join public.assets as m on m.kind = 'currency' and m.code = t.currency
where t.transfer_id = %(transfer_id)s;

-- name: transfers
select
    t.transfer_id, t.account_id, t.direction, round(t.amount, m.scale) as amount, t.currency, t.state, t.bank,
    t.bank_reference, t.reason, t.requested_at, t.updated_at, t.effective_at, t.payment_method_id
from public.transfers as t
inner join public.accounts as a on a.account_id = t.account_id and a.house_code is null
inner join public.assets as m on m.kind = 'currency' and m.code = t.currency
where
    (%(account_id)s::uuid is null or t.account_id = %(account_id)s)
    and (%(direction)s::text is null or t.direction = %(direction)s)
    and (%(state)s::text is null or t.state = %(state)s)
    and t.transfer_id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
order by t.transfer_id desc
limit %(limit)s offset %(offset)s;

-- name: payee
-- Whether a payment can be booked on this account; one that was booked before gets its answer again. Only of a closed
-- account is that asked: among its own payments and those that went into suspense, in whichever currency.
select
    a.status,
    a.status = 'closed' and exists (
        select 1 from public.transfers as t
        where t.account_id in (
            select h.account_id from public.accounts as h
            where h.account_id = a.account_id or h.house_code = 'suspense'
        )
        and t.bank = %(bank)s and t.direction = 'incoming' and t.bank_reference = %(bank_reference)s
    ) as booked_before,
    (select s.value = 'true' from public.platform_settings as s where s.name = 'paper') as is_paper
from public.accounts as a
where a.account_id = %(account_id)s and a.house_code is null;
