-- Identities are checked with one key, or two while it is rotated.
-- severity: medium
-- reference: ours
-- needs: rows
-- fix: financebuy secrets rotate
select
    count(*) as keys,
    array_agg(k.identity_key_id order by k.identity_key_id) as numbers
from fb_private.identity_keys as k
having count(*) > 2;
