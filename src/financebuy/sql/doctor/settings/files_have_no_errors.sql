-- The server's configuration has no line that it refuses.
-- severity: medium
-- reference: ours
-- fix: sed -i '{line} s/^/#/' '{file}' && financebuy db psql --role postgres -- -c 'select pg_reload_conf()'
select
    f.sourcefile as file,
    f.sourceline as line,
    f.name as setting,
    f.error
from pg_file_settings as f
-- A setting that only a restart changes is another check.
where
    f.error is not null
    and not exists (select 1 from pg_settings as s where s.name = f.name and s.pending_restart);
