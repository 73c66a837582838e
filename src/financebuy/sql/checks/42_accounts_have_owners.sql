-- Every customer account has an owner, and joint owners are those of joint accounts.
select
    a.account_id,
    a.account_type,
    count(*) filter (where o.role = 'owner') as owners,
    count(*) filter (where o.role = 'joint') as joint_owners
from public.accounts as a
left join public.account_owners as o on a.account_id = o.account_id
where a.house_code is null
group by a.account_id, a.account_type
having
    count(*) filter (where o.role = 'owner') = 0
    or (a.account_type <> 'joint' and count(*) filter (where o.role in ('owner', 'joint')) > 1)
