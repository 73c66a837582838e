-- No rule turns a statement into another one: views are the only rules.
-- severity: medium
-- reference: ours
-- fix: drop rule {rule} on {relation};
select
    quote_ident(r.rulename) as rule,
    r.ev_class::regclass::text as relation
from pg_rewrite as r
inner join pg_class as c on r.ev_class = c.oid
where
    r.rulename <> '_RETURN'
    and c.oid >= 16384
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e');
