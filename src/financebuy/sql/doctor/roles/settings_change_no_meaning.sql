-- No setting of a role or a database changes what statements mean or what is loaded: timeouts alone are set so.
-- severity: high
-- reference: CIS PostgreSQL 6.2, 6.6
-- fix: alter {whose} reset {setting};
select
    case
        when x.setrole = 0 then 'database ' || quote_ident(d.datname)
        else 'role ' || quote_ident(r.rolname) || coalesce(' in database ' || quote_ident(d.datname), '')
    end as whose,
    split_part(s.text, '=', 1) as setting,
    s.text as value
from pg_db_role_setting as x
cross join unnest(x.setconfig) as s (text)
left join pg_roles as r on x.setrole = r.oid
left join pg_database as d on x.setdatabase = d.oid
where
    split_part(s.text, '=', 1) in (
        'role', 'search_path', 'row_security', 'session_replication_role', 'session_preload_libraries',
        'local_preload_libraries', 'dynamic_library_path', 'default_transaction_isolation', 'timezone', 'datestyle',
        'bytea_output', 'synchronous_commit', 'log_statement', 'log_min_messages', 'check_function_bodies',
        'standard_conforming_strings', 'backslash_quote', 'xmloption', 'extra_float_digits', 'transform_null_equals'
    );
