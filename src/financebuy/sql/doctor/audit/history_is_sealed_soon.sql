-- History is sealed within a quarter of an hour.
-- severity: high
-- reference: ours
-- fix: financebuy status; financebuy logs worker
select
    s.unsealed_rows,
    s.oldest_unsealed
from fb.audit_status() as s
where s.oldest_unsealed < now() - interval '15 minutes';
