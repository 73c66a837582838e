-- No event waits for more than ten minutes for its number in the global stream: the relay runs.
-- severity: medium
-- reference: ours
-- needs: rows
-- fix: financebuy status; financebuy logs worker
select
    count(*) as waiting,
    min(o.recorded_at) as oldest
from public.outbox as o
where o.global_seq is null and o.recorded_at < now() - interval '10 minutes'
having count(*) > 0;
