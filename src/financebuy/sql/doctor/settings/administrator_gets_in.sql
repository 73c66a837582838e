-- The administrator gets in when all connections are taken: some are kept free for superusers.
-- severity: low
-- reference: ours
-- fix: financebuy db psql -- -c "alter system set superuser_reserved_connections = 3" && financebuy down &&
--   financebuy up --detach
select current_setting('superuser_reserved_connections') as superuser_reserved_connections
where current_setting('superuser_reserved_connections')::integer < 1;
