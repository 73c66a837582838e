-- After a crash the server is back within minutes: checkpoints are at most half an hour apart.
-- severity: low
-- reference: ours
-- fix: alter system set checkpoint_timeout = '15min'; select pg_reload_conf();
select current_setting('checkpoint_timeout') as checkpoint_timeout
from pg_settings as s
where s.name = 'checkpoint_timeout' and s.setting::integer > 1800;
