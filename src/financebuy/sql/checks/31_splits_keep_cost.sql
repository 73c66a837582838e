-- A split's new lots cost what its old ones had left, less what was paid for fractions and lost as dust; and there are
-- as many shares as its ratio says, but for less than one that is paid out.
with ended as (
    select
        c.account_id,
        c.security_id,
        t.action_id,
        sum(c.proceeds) filter (where c.kind = 'carried') as carried
    from public.lot_closures as c
    inner join public.transactions as t on c.execution_id = t.transaction_id
    inner join public.entitlements as e on t.action_id = e.action_id and c.account_id = e.account_id
    where c.kind in ('carried', 'cash_in_lieu') and c.closure_no = 0
    group by c.account_id, c.security_id, t.action_id
),

begun as (
    select
        e.account_id,
        e.action_id,
        sum(l.cost) as cost,
        sum(l.quantity) as quantity,
        max(e.quantity_after) as quantity_after
    from public.entitlements as e
    inner join public.corporate_actions as a on e.action_id = a.action_id and a.kind in ('split', 'reverse_split')
    inner join public.entries as n
        on e.transaction_id = n.transaction_id and e.account_id = n.account_id and a.security_id = n.asset_id
    inner join public.lots as l
        on
            e.account_id = l.account_id
            and a.security_id = l.security_id
            and l.lot_seq > (n.version << 20)
            and l.lot_seq < ((n.version + 1) << 20)
    group by e.account_id, e.action_id
)

select
    coalesce(o.account_id, b.account_id) as account_id,
    coalesce(o.action_id, b.action_id) as action_id,
    o.carried,
    b.cost,
    b.quantity,
    b.quantity_after
from ended as o
full join begun as b on o.account_id = b.account_id and o.action_id = b.action_id
where
    coalesce(o.carried, 0) <> coalesce(b.cost, 0)
    or b.quantity <> b.quantity_after
union all
select
    e.account_id,
    e.action_id,
    null,
    null,
    e.quantity_before * a.new_shares / a.old_shares,
    e.quantity_after
from public.entitlements as e
inner join public.corporate_actions as a on e.action_id = a.action_id and a.kind in ('split', 'reverse_split')
where
    abs(e.quantity_before * a.new_shares / a.old_shares - e.quantity_after)
    >= case when a.cash_per_share is null then 0.000000001 else 1 end
