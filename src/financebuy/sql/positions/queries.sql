-- How accounts are run, as their owners and the staff see it.

-- name: preferences
select a.account_id, a.lot_method, a.reinvest_dividends
from public.accounts as a
where a.account_id = %(account_id)s and a.house_code is null;
