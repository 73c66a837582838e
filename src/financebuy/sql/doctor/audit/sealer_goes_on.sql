-- The sealer has not stopped: it seals until the server's identity or an outside head contradicts it.
-- severity: high
-- reference: ours
-- fix: financebuy audit recover --reason TEXT
select
    s.stopped,
    s.stopped_at
from fb.audit_status() as s
where s.stopped is not null;
