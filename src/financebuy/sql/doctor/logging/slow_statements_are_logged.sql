-- Statements that take long are logged.
-- severity: low
-- reference: ours
-- fix: alter system set log_min_duration_statement = '1s'; select pg_reload_conf();
select current_setting('log_min_duration_statement') as log_min_duration_statement
where current_setting('log_min_duration_statement') = '-1';
