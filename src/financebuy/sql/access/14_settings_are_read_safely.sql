-- A setting of ours is the empty text after the transaction that had it: whoever reads one takes that for nothing.
-- severity: medium
-- reference: ours
-- fix: financebuy db migrate
select p.oid::regprocedure::text as function
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
where
    n.nspname in ('fb', 'fb_private')
    -- Most functions read none, and a pattern takes its time.
    and position('current_setting(''fb.' in p.prosrc) > 0
    and regexp_replace(p.prosrc, 'nullif\(current_setting\(''fb\.\w+'', true\), ''''\)', '', 'g')
    ~ 'current_setting\(''fb\.(identity|actor|request_id|key_id|origin)';
