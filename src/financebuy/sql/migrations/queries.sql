-- name: version_table
select to_regclass('fb_private.alembic_version')::text;

-- name: revision
select version_num from fb_private.alembic_version;

-- name: lock_roles
select pg_advisory_lock(hashtext('financebuy roles'));

-- name: unlock_roles
select pg_advisory_unlock(hashtext('financebuy roles'));

-- name: set_password
alter role {role} password {password};

-- name: own_database
alter database {database} owner to fb_owner;
create schema if not exists reporting authorization fb_reporting;

-- name: extensions
create extension if not exists pg_stat_statements;

-- name: become_owner
set local role fb_owner;
set local check_function_bodies = off;
set local lock_timeout = '10s';
create schema if not exists fb_private;

-- name: become_keeper_of_secrets
set local role fb_secrets;

-- name: finish
select fb.make_partitions(:months);
select fb_private.prepare_partition(c.relname, p.relname)
from pg_inherits as i
inner join pg_class as c on c.oid = i.inhrelid
inner join pg_class as p on p.oid = i.inhparent
where p.relkind = 'p' and p.relnamespace = 'public'::regnamespace and p.relowner = current_user::regrole;
set local role fb_audit;
select fb_private.prepare_partition(c.relname, p.relname)
from pg_inherits as i
inner join pg_class as c on c.oid = i.inhrelid
inner join pg_class as p on p.oid = i.inhparent
where p.relkind = 'p' and p.relnamespace = 'public'::regnamespace and p.relowner = current_user::regrole;
set local role fb_owner;
