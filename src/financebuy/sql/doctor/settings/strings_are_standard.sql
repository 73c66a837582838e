-- A backslash in a string means itself: no client escapes a quote in a way that the server reads otherwise.
-- severity: medium
-- reference: CIS PostgreSQL 6.6
-- fix: alter system reset {setting}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value
from (
    values
        ('standard_conforming_strings', 'on'),
        ('backslash_quote', 'safe_encoding')
) as s (name, wanted)
where current_setting(s.name) not in (s.wanted, case s.name when 'backslash_quote' then 'off' else s.wanted end);
