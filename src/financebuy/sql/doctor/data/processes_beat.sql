-- Every process of the platform that has ever beaten beats.
-- severity: medium
-- reference: ours
-- needs: rows
-- fix: financebuy status; financebuy up
select
    h.process,
    h.pid,
    h.beat_at
from public.process_heartbeats as h
where h.beat_at < now() - interval '1 minute';
