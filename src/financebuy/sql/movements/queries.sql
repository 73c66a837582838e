-- Money between accounts, read under the caller's policies: those of the account that it left.

-- name: movements
select
    t.transfer_id, t.account_id, t.target_account_id, round(t.amount, m.scale) as amount, t.currency,
    round(t.target_amount, n.scale) as target_amount, t.target_currency, t.rate_id, t.requested_at, t.effective_at
from public.account_transfers as t
inner join public.assets as m on m.kind = 'currency' and m.code = t.currency
inner join public.assets as n on n.kind = 'currency' and n.code = t.target_currency
where t.account_id = %(account_id)s and (%(before)s::uuid is null or t.transfer_id < %(before)s)
order by t.transfer_id desc
limit %(limit)s;
