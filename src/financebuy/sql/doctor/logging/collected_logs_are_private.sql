-- Log files that the server writes itself are its own to read.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.6
-- fix: alter system set log_file_mode = '0600'; select pg_reload_conf();
select current_setting('log_file_mode') as log_file_mode
where current_setting('log_file_mode') not in ('0600', '0640', '0400', '0440');
