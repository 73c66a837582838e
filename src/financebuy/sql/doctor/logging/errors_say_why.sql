-- An error is logged with its detail and context: log_error_verbosity is not terse.
-- severity: low
-- reference: CIS PostgreSQL 3.1.22
-- fix: alter system set log_error_verbosity = default; select pg_reload_conf();
select current_setting('log_error_verbosity') as log_error_verbosity
where current_setting('log_error_verbosity') = 'terse';
