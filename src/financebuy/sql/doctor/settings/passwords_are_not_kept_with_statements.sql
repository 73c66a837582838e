-- Statements that set passwords are not kept among those that are measured.
-- severity: medium
-- reference: ours
-- fix: alter system set pg_stat_statements.track_utility = off; select pg_reload_conf();
select current_setting('pg_stat_statements.track_utility') as track_utility
where current_setting('pg_stat_statements.track_utility', true) <> 'off';
