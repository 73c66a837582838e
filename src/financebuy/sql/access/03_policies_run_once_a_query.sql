-- What a policy asks about the caller, it asks once a query (`(select fb.f())`), not once a row, and only of functions:
-- a setting can be set by whoever gets a statement in.
-- severity: medium
-- reference: splinter 0003 auth_rls_initplan
-- fix: financebuy db migrate
select
    quote_ident(p.tablename) as tablename,
    quote_ident(p.policyname) as policyname,
    p.qual
from pg_policies as p
where
    p.schemaname = 'public'
    and (
        concat(p.qual, ' ', p.with_check) ~ 'current_setting'
        or regexp_replace(concat(p.qual, ' ', p.with_check), 'SELECT fb\.\w+\(\)', '', 'g') ~ 'fb\.\w+\('
    );
