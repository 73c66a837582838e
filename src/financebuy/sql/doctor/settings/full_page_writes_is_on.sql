-- A page that a crash tears is made whole again from the log: full_page_writes is on.
-- severity: high
-- reference: CIS PostgreSQL 6.4
-- fix: alter system set full_page_writes = on; select pg_reload_conf();
select current_setting('full_page_writes') as full_page_writes
where current_setting('full_page_writes') <> 'on';
