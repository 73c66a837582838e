-- Keys of commands are pruned once their time is over: the worker's job runs.
-- severity: low
-- reference: ours
-- needs: rows
-- fix: financebuy status; financebuy logs worker
select min(k.created_at) as oldest
from public.idempotency_keys as k
where
    k.created_at < now() - interval '3 days' - (
        select s.value::interval from public.platform_settings as s where s.name = 'key_retention'
    )
having count(*) > 0;
