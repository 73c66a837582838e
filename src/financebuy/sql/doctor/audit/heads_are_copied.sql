-- Every head of the audit's log is copied outside within a quarter of an hour.
-- severity: high
-- reference: ours
-- fix: financebuy audit status; financebuy logs worker
select
    s.uncopied_heads,
    s.sealed_at
from fb.audit_status() as s
where s.uncopied_heads > 0 and s.sealed_at < now() - interval '15 minutes';
