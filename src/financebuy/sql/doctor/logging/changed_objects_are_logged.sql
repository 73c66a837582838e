-- Who makes, changes or drops an object is logged with the statement: log_statement is ddl, or more.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.25
-- fix: alter system set log_statement = ddl; select pg_reload_conf();
select current_setting('log_statement') as log_statement
where current_setting('log_statement') = 'none';
