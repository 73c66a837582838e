-- How the doctor asks. Each check is a file of its own, in a folder for each area.

-- name: begin
-- Nothing is written, nothing is waited for, and names mean what the catalogue means by them.
select
    set_config('transaction_read_only', 'on', true),
    set_config('statement_timeout', '5s', true),
    set_config('lock_timeout', '1s', true),
    set_config('search_path', 'pg_catalog', true),
    set_config('timezone', 'UTC', true),
    set_config('row_security', 'on', true),
    set_config('jit', 'off', true);

-- name: sees_every_row
-- Row security shows everything to superusers and owners alone.
select r.rolsuper or r.rolbypassrls or pg_has_role(r.oid, o.oid, 'usage') as everything
from pg_roles as r
cross join pg_roles as o
where r.rolname = current_user and o.rolname = 'fb_owner';

-- name: columns
-- Every column of a table of ours, as classification.toml names it.
select
    case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as relation,
    a.attname as name
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
    and c.relkind in ('r', 'p', 'm')
    and not c.relispartition
    and a.attnum > 0 and not a.attisdropped
order by relation, name;

-- name: column_readers
-- Who but its owner may read which column, by a right on it or on its whole table.
select
    case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as relation,
    a.attname as name,
    case r.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(r.grantee)) end as role
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
inner join pg_attribute as a on a.attrelid = c.oid
cross join lateral (
    select x.grantee from aclexplode(c.relacl) as x where x.privilege_type = 'SELECT'
    union
    select x.grantee from aclexplode(a.attacl) as x where x.privilege_type = 'SELECT'
) as r
where
    n.nspname in ('public', 'fb_private', 'reporting')
    and c.relkind in ('r', 'p', 'm')
    and not c.relispartition
    and a.attnum > 0 and not a.attisdropped
    and r.grantee <> c.relowner;

-- name: revision
select r.version_num as revision from fb_private.alembic_version as r;

-- name: copied_heads
-- How far the heads of each epoch are known to be outside.
select c.store, c.epoch, max(c.seal_seq) as seal_seq
from public.seal_copies as c
group by c.store, c.epoch
order by c.store, c.epoch;

-- name: key_epochs
select k.tree, k.epoch, k.state
from public.key_epochs as k
where k.provider = 'file'
order by k.tree, k.epoch;

-- name: ciphers
select current_setting('ssl_ciphers') as ciphers;

-- name: strong_ciphers
alter system set ssl_ciphers = 'ECDHE+AESGCM:ECDHE+CHACHA20'; select pg_reload_conf();
