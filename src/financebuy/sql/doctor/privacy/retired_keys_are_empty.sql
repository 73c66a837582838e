-- No key that was retired a day ago still wraps data keys: its rotation was finished.
-- severity: medium
-- reference: ours
-- needs: rows
-- fix: financebuy keys rotate
select
    u.tree,
    u.epoch,
    u.data_keys
from fb.key_usage() as u
inner join public.key_epochs as e on u.tree = e.tree and u.epoch = e.epoch
where u.data_keys > 0 and e.retired_at < now() - interval '1 day';
