-- Every trigger's function belongs to the owner of the tables.
-- severity: high
-- reference: ours
-- fix: drop trigger {trigger} on {relation};
select
    t.tgrelid::regclass::text as relation,
    quote_ident(t.tgname) as trigger,
    p.oid::regprocedure::text as function
from pg_trigger as t
inner join pg_proc as p on t.tgfoid = p.oid
inner join pg_class as c on t.tgrelid = c.oid
where
    not t.tgisinternal
    and pg_get_userbyid(c.relowner) in ('fb_owner', 'fb_secrets')
    and p.proowner <> c.relowner
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e');
