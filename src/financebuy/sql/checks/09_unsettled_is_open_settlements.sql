-- Unsettled cash is the sum of open incoming settlements.
select
    a.account_id,
    a.unsettled,
    coalesce(sum(s.amount), 0) as open_incoming
from public.accounts as a
inner join public.assets as m on a.currency = m.code and m.kind = 'currency'
left join public.settlements as s
    on
        a.account_id = s.account_id
        and m.asset_id = s.asset_id
        and s.state = 'open'
        and s.amount > 0
group by a.account_id, a.unsettled
having a.unsettled <> coalesce(sum(s.amount), 0)
