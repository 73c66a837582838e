-- A holding's quantity is the closing balance and the entries after it.
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
        h.account_id,
        h.security_id,
        h.quantity,
        h.version,
        coalesce(max(c.balance), 0) + coalesce(sum(e.amount), 0) as entries_quantity,
        coalesce(max(c.version), 0) + count(e.amount) as entries_count,
        coalesce(max(e.version), max(c.version), 0) as last_version
    from public.holdings as h
    left join last_close as c on h.account_id = c.account_id and h.security_id = c.asset_id
    left join public.entries as e
        on
            h.account_id = e.account_id
            and h.security_id = e.asset_id
            and e.version > coalesce(c.version, 0)
    group by h.account_id, h.security_id, h.quantity, h.version
)

select
    b.account_id,
    b.security_id,
    b.quantity,
    b.entries_quantity,
    b.version,
    b.entries_count,
    b.last_version
from booked as b
where
    b.quantity <> b.entries_quantity
    or b.version <> b.entries_count
    or b.version <> b.last_version
union all
select
    e.account_id,
    e.asset_id,
    null,
    sum(e.amount),
    null,
    count(*),
    max(e.version)
from public.entries as e
inner join public.assets as s on e.asset_id = s.asset_id and s.kind = 'security'
where
    e.version is not null
    and not exists (
        select 1 from public.holdings as h
        where h.account_id = e.account_id and h.security_id = e.asset_id
    )
group by e.account_id, e.asset_id
