-- Every index is valid: one that was left half built costs each write, helps no read and keeps nothing unique.
-- severity: high
-- reference: ours
-- fix: reindex index concurrently {index};
select
    i.indexrelid::regclass::text as index,
    i.indrelid::regclass::text as relation
from pg_index as i
where not (i.indisvalid and i.indisready and i.indislive);
