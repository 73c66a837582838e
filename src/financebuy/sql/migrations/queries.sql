-- name: version_table
select to_regclass('fb_private.alembic_version')::text;

-- name: revision
select version_num from fb_private.alembic_version;

-- name: lock_roles
select pg_advisory_lock(hashtext('financebuy roles'));

-- name: unlock_roles
select pg_advisory_unlock(hashtext('financebuy roles'));

-- name: leave_out_of_the_log
-- The log shows who changes objects. It need not repeat the program's own statements, and a password's hash should not
-- stand there. Only a superuser may leave them out.
select set_config('log_statement', 'none', false)
from pg_roles as r
where r.rolname = current_user and r.rolsuper;

-- name: set_password
alter role {role} password {password};

-- name: own_database
alter database {database} owner to fb_owner;
create schema if not exists reporting authorization fb_reporting;

-- name: extensions
create extension if not exists pg_stat_statements;

-- name: close_extensions
-- What an extension brings into our schemas is everybody's, unless somebody takes it from them. Theirs are the views
-- and functions of statistics, which the administrator reads. On a managed server they are the provider's.
do $$
declare
    v record;
begin
    for v in
        select 'table' as kind, c.oid::regclass::text as name
        from pg_depend as d
        inner join pg_class as c on d.objid = c.oid and d.classid = 'pg_class'::regclass
        where
            d.deptype = 'e' and c.relkind in ('r', 'v', 'm') and c.relnamespace = 'public'::regnamespace
            and pg_has_role(c.relowner, 'usage')
        union all
        select 'function', p.oid::regprocedure::text
        from pg_depend as d
        inner join pg_proc as p on d.objid = p.oid and d.classid = 'pg_proc'::regclass
        inner join pg_extension as e on d.refobjid = e.oid
        where
            d.deptype = 'e' and p.pronamespace = 'public'::regnamespace and e.extname = 'pg_stat_statements'
            and pg_has_role(p.proowner, 'usage')
    loop
        execute format('revoke all on %s %s from public', v.kind, v.name);
    end loop;
end
$$;

-- name: become_owner
set local role fb_owner;
set local check_function_bodies = off;
set local lock_timeout = '10s';
create schema if not exists fb_private;

-- name: set_rule
update public.platform_settings as s
set value = %(value)s, updated_at = clock_timestamp()
where s.name = %(name)s and s.value is distinct from %(value)s;

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
