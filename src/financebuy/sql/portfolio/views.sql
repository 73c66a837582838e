-- What portfolio_summary tells of all accounts as of its last refresh, live and of one's own: row security is the
-- reader's.
create or replace view public.portfolio_summary_live with (security_invoker = true) as
select
    a.account_id,
    o.user_id,
    a.currency,
    a.balance as cash_balance,
    coalesce(sum(h.quantity * coalesce(p.last, 0)), 0) as holdings_value,
    a.balance + coalesce(sum(h.quantity * coalesce(p.last, 0)), 0) as total_value,
    count(h.security_id) filter (where h.quantity <> 0) as positions,
    count(h.security_id) filter (where h.quantity <> 0 and p.last is null) as positions_without_price
from public.accounts as a
-- A joint account may have several owners: the one who came first stands for them.
inner join lateral (
    select w.user_id from public.account_owners as w
    where w.account_id = a.account_id and w.role = 'owner'
    order by w.created_at, w.user_id
    limit 1
) as o on true
left join public.holdings as h on a.account_id = h.account_id
left join public.security_prices as p on h.security_id = p.security_id
where a.house_code is null
group by a.account_id, o.user_id, a.currency, a.balance;
comment on view public.portfolio_summary_live is
'Cash and the value of the holdings at the latest prices, by account, for whoever may see the account.';
