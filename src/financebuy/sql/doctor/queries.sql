-- How the doctor asks. Each check is a file of its own, in a folder for each area.

-- name: begin
-- Nothing is written, nothing is waited for, and names mean what the catalogue means by them.
select
    set_config('transaction_read_only', 'on', true),
    set_config('statement_timeout', '5s', true),
    set_config('lock_timeout', '1s', true),
    set_config('search_path', 'pg_catalog', true),
    set_config('timezone', 'UTC', true),
    set_config('jit', 'off', true);

-- name: sees_every_row
-- Row security shows everything to superusers and owners alone.
select r.rolsuper or r.rolbypassrls or pg_has_role(r.oid, o.oid, 'usage') as everything
from pg_roles as r
cross join pg_roles as o
where r.rolname = current_user and o.rolname = 'fb_owner';
