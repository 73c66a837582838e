-- No language is installed in which a function reaches the machine.
-- severity: high
-- reference: CIS PostgreSQL 4.5
-- fix: drop language {language};
select quote_ident(l.lanname) as language
from pg_language as l
where not l.lanpltrusted and l.lanname not in ('internal', 'c');
