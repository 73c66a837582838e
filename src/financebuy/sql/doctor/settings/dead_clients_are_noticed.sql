-- A client that has gone is noticed while its statement still runs.
-- severity: low
-- reference: CIS PostgreSQL 6.6
-- fix: alter system set client_connection_check_interval = '10s'; select pg_reload_conf();
select current_setting('client_connection_check_interval') as client_connection_check_interval
where current_setting('client_connection_check_interval') = '0';
