-- The administrator gets in when all connections are taken: some are kept free for superusers.
-- severity: low
-- reference: CIS PostgreSQL 17: 6.3
-- fix: financebuy db psql --role postgres -- -c "alter system set superuser_reserved_connections = 3" && financebuy
--   down && financebuy up --detach
select current_setting('superuser_reserved_connections') as superuser_reserved_connections
where current_setting('superuser_reserved_connections')::integer < 1;
