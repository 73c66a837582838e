-- A name without a schema is looked for in one's own schema and in public alone.
-- severity: medium
-- reference: CIS PostgreSQL 6.6
-- fix: alter system reset search_path; select pg_reload_conf();
select s.reset_val as search_path
-- The doctor has a path of its own; this is what the session began with.
from pg_settings as s
where
    s.name = 'search_path'
    and exists (
        select 1 from unnest(string_to_array(replace(s.reset_val, ' ', ''), ',')) as p (schema_name)
        where p.schema_name not in ('"$user"', 'public', 'pg_catalog')
    );
