-- A retired key of personal data is destroyed when no backup that may be restored needs it any more.
-- severity: high
-- reference: ours
-- needs: rows
-- fix: financebuy keys destroy {epoch}
select
    u.tree,
    u.epoch,
    u.destroy_after
from fb.key_usage() as u
inner join public.key_epochs as e on u.tree = e.tree and u.epoch = e.epoch
where e.state = 'retired' and u.destroy_after < now() - interval '1 day';
