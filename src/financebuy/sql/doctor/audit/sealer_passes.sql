-- The sealer has looked for something to seal within the last quarter of an hour.
-- severity: medium
-- reference: ours
-- fix: financebuy status; financebuy up
select s.passed_at
from fb.audit_status() as s
where s.passed_at < now() - interval '15 minutes';
