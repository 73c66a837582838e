-- Accounts as their owners and the staff see them; the house's own are not among them. Amounts are shown
-- at the scale of their currency, which they never exceed.

-- name: account
select
    a.account_id, a.account_number, a.account_type, a.currency, a.status,
    round(a.balance, m.scale) as balance, round(a.held, m.scale) as held, round(a.unsettled, m.scale) as unsettled,
    round(a.balance - a.held, m.scale) as buying_power,
    round(greatest(a.balance - a.held - a.unsettled, 0), m.scale) as withdrawable,
    a.event_seq, o.user_id as owner_id, u.kyc_status as owner_kyc_status, a.created_at, a.updated_at
from public.accounts as a
inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
left join public.account_owners as o on o.account_id = a.account_id and o.role = 'owner'
left join public.users as u on u.user_id = o.user_id
where a.account_id = %(account_id)s and a.house_code is null
order by o.user_id
limit 1;

-- name: accounts
select
    a.account_id, a.account_number, a.account_type, a.currency, a.status,
    round(a.balance, m.scale) as balance, round(a.held, m.scale) as held, round(a.unsettled, m.scale) as unsettled,
    round(a.balance - a.held, m.scale) as buying_power,
    round(greatest(a.balance - a.held - a.unsettled, 0), m.scale) as withdrawable,
    a.event_seq, o.user_id as owner_id, u.kyc_status as owner_kyc_status, a.created_at, a.updated_at
from public.accounts as a
inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
left join lateral (
    select w.user_id from public.account_owners as w
    where w.account_id = a.account_id and w.role = 'owner'
    order by w.user_id
    limit 1
) as o on true
left join public.users as u on u.user_id = o.user_id
where a.house_code is null and a.account_id > coalesce(%(after)s, '00000000-0000-0000-0000-000000000000'::uuid)
order by a.account_id
limit %(limit)s;

-- name: owned_accounts
select o.account_id
from public.account_owners as o
where o.user_id = %(user_id)s
order by o.account_id
limit 100;
