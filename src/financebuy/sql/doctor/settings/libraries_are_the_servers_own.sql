-- Functions in C come from the server's own directory of libraries.
-- severity: high
-- reference: CIS PostgreSQL 6.5
-- fix: alter system set dynamic_library_path = '$libdir'; select pg_reload_conf();
select current_setting('dynamic_library_path') as dynamic_library_path
where current_setting('dynamic_library_path') <> '$libdir';
