-- No server's address and password lie in the database for others to connect to.
-- severity: medium
-- reference: ours
-- fix: drop server {server} cascade;
select
    quote_ident(s.srvname) as server,
    pg_get_userbyid(s.srvowner) as owner
from pg_foreign_server as s
where not exists (select 1 from pg_foreign_table as f where f.ftserver = s.oid)
union all
select
    quote_ident(u.subname),
    pg_get_userbyid(u.subowner)
from pg_subscription as u
where u.subdbid = (select d.oid from pg_database as d where d.datname = current_database());
