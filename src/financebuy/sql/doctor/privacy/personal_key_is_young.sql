-- The active key of personal data is not older than it may grow.
-- severity: medium
-- reference: ours
-- fix: financebuy keys rotate
select
    u.tree,
    u.epoch
from fb.key_usage() as u
where u.due;
