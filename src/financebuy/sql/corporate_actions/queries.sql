-- Corporate actions are everybody's to see; what one did to an account is its owners'.

-- name: actions
select
    a.action_id, a.provider, a.provider_action_id, a.kind, a.security_id, s.symbol, s.currency, a.ex_date,
    a.record_date, a.pay_date, a.new_shares, a.old_shares, trim_scale(a.cash_per_share) as cash_per_share,
    trim_scale(a.withholding_rate) as withholding_rate, trim_scale(a.reinvest_price) as reinvest_price, a.new_symbol,
    a.old_symbol, a.state, a.effective_at, a.announced_at, a.applied_at
from public.corporate_actions as a
inner join public.securities as s on s.security_id = a.security_id
where
    (%(action_id)s::uuid is null or a.action_id = %(action_id)s)
    and (%(security_id)s::uuid is null or a.security_id = %(security_id)s)
    and (%(state)s::text is null or a.state = %(state)s)
    and (
        %(before)s::uuid is null
        or (a.ex_date, a.action_id) < (
            select b.ex_date, b.action_id from public.corporate_actions as b where b.action_id = %(before)s
        )
    )
order by a.ex_date desc, a.action_id desc
limit %(limit)s;

-- name: entitlements
select
    e.action_id, e.account_id, e.state, trim_scale(e.quantity_before) as quantity_before,
    trim_scale(e.quantity_after) as quantity_after, round(e.gross, m.scale) as gross,
    round(e.withheld, m.scale) as withheld, round(e.cash, m.scale) as cash,
    trim_scale(e.reinvested_quantity) as reinvested_quantity, round(e.reinvested_amount, m.scale) as reinvested_amount,
    e.transaction_id, e.recorded_at, e.paid_at
from public.entitlements as e
inner join public.corporate_actions as a on a.action_id = e.action_id
inner join public.securities as s on s.security_id = a.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
where e.action_id = %(action_id)s
order by e.account_id
limit %(limit)s;
