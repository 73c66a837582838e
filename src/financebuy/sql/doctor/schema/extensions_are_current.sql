-- Every extension has the version that the server's programs bring.
-- severity: low
-- reference: splinter 0022 extension_versions_outdated
-- fix: alter extension {extension} update;
select
    quote_ident(e.extname) as extension,
    e.extversion as version,
    a.default_version as newest
from pg_extension as e
inner join pg_available_extensions as a on e.extname = a.name
where e.extversion <> a.default_version;
