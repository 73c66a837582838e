-- No column is of a type that pg_upgrade cannot carry over.
-- severity: low
-- reference: splinter 0018 unsupported_reg_types
-- fix: alter table {relation} alter column {column_name} type text;
select
    c.oid::regclass::text as relation,
    quote_ident(a.attname) as column_name,
    format_type(a.atttypid, null) as type
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and c.relkind in ('r', 'p', 'm')
    and a.attnum > 0 and not a.attisdropped
    and format_type(a.atttypid, null) in (
        'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc',
        'regprocedure'
    );
