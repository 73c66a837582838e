-- What an action did to an account is what its one entitlement says, and an applied action waits for nobody. What was
-- withheld stands on the house's account for taxes.
with booked as (
    select
        t.action_id,
        t.account_id,
        sum(n.amount) filter (where n.account_id = t.account_id and n.asset_id <> a.security_id) as cash,
        sum(n.amount) filter (where n.account_id = t.account_id and n.asset_id = a.security_id) as shares,
        sum(n.amount) filter (where h.house_code = 'taxes') as withheld
    from public.transactions as t
    inner join public.corporate_actions as a on t.action_id = a.action_id
    inner join public.entries as n on t.transaction_id = n.transaction_id
    inner join public.accounts as h on n.account_id = h.account_id
    group by t.action_id, t.account_id
)

select
    coalesce(e.action_id, b.action_id) as action_id,
    coalesce(e.account_id, b.account_id) as account_id,
    e.state,
    e.cash - e.reinvested_amount as expected_cash,
    b.cash,
    e.quantity_after - e.quantity_before + e.reinvested_quantity as expected_shares,
    b.shares,
    e.withheld as expected_withheld,
    b.withheld
from public.entitlements as e
full join booked as b on e.action_id = b.action_id and e.account_id = b.account_id
left join public.corporate_actions as a on e.action_id = a.action_id
where
    e.action_id is null
    or coalesce(b.cash, 0) <> case e.state when 'applied' then e.cash - e.reinvested_amount else 0 end
    or coalesce(b.shares, 0) <> case
        when e.state = 'applied' then e.quantity_after - e.quantity_before + e.reinvested_quantity else 0
    end
    or coalesce(b.withheld, 0) <> case e.state when 'applied' then e.withheld else 0 end
    or (e.state = 'pending') > (a.state = 'entitled' or a.state = 'announced')
    or (a.kind = 'cash_dividend' and e.cash <> e.gross - e.withheld)
