-- No function of ours claims to be leakproof: it would be shown rows before the policy chose them.
-- severity: medium
-- reference: ours
-- fix: alter function {function} not leakproof;
select p.oid::regprocedure::text as function
from pg_proc as p
where
    p.oid >= 16384
    and p.proleakproof
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e');
