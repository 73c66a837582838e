-- Every trigger fires, for whoever writes.
-- severity: high
-- reference: ours
-- fix: alter table {relation} enable trigger {trigger};
select
    t.tgrelid::regclass::text as relation,
    quote_ident(t.tgname) as trigger,
    t.tgenabled as enabled
from pg_trigger as t
where
    t.tgenabled not in ('O', 'A')
    -- Which the check of history names.
    and t.tgname not in ('refuse_change', 'refuse_truncate');
