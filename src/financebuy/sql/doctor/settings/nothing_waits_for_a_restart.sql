-- No setting waits for a restart: what is in force is what the files say.
-- severity: low
-- reference: ours
-- fix: financebuy down && financebuy up --detach
select
    s.name as setting,
    s.setting as value
from pg_settings as s
where s.pending_restart;
