-- A customer's balance is the closing balance and the entries after it, and their versions have no gap.
with last_close as (
    select distinct on (c.account_id, c.asset_id)
        c.account_id,
        c.asset_id,
        c.balance,
        coalesce(c.version, 0) as version
    from public.closing_balances as c
    order by c.account_id asc, c.asset_id asc, c.month desc
),

booked as (
    select
        a.account_id,
        a.balance,
        a.version,
        coalesce(max(c.balance), 0) + coalesce(sum(e.amount), 0) as entries_balance,
        coalesce(max(c.version), 0) + count(e.amount) as entries_count,
        coalesce(max(e.version), max(c.version), 0) as last_version
    from public.accounts as a
    inner join public.assets as m on a.currency = m.code and m.kind = 'currency'
    left join last_close as c on a.account_id = c.account_id and m.asset_id = c.asset_id
    left join public.entries as e
        on
            a.account_id = e.account_id
            and m.asset_id = e.asset_id
            and e.version > coalesce(c.version, 0)
    where a.house_code is null
    group by a.account_id, a.balance, a.version
)

select
    b.account_id,
    b.balance,
    b.entries_balance,
    b.version,
    b.entries_count,
    b.last_version
from booked as b
where
    b.balance <> b.entries_balance
    or b.version <> b.entries_count
    or b.version <> b.last_version
