-- No publication hands rows to subscribers, past row security.
-- severity: high
-- reference: ours
-- fix: drop publication {publication};
select
    quote_ident(p.pubname) as publication,
    pg_get_userbyid(p.pubowner) as owner
from pg_publication as p;
