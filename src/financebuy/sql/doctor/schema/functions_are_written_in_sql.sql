-- No function of ours is machine code or in a language that reaches the machine.
-- severity: high
-- reference: CIS PostgreSQL 4.5
-- fix: drop function {function};
select
    p.oid::regprocedure::text as function,
    l.lanname as language
from pg_proc as p
inner join pg_language as l on p.prolang = l.oid
where
    p.oid >= 16384
    and p.prokind <> 'a'
    and l.lanname not in ('sql', 'plpgsql')
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e');
