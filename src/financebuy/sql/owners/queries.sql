-- name: owners
select o.account_id, o.user_id, o.role, o.created_at
from public.account_owners as o
where o.account_id = %(account_id)s
order by o.created_at, o.user_id;
