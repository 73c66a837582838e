-- What a policy asks about the caller, it asks once a query (`(select fb.f())`), not once a row, and only of functions:
-- a setting can be set by whoever gets a statement in.
-- severity: medium
-- reference: splinter 0003 auth_rls_initplan
-- fix: drop policy {policyname} on public.{tablename}; then financebuy db migrate
select
    p.tablename,
    p.policyname,
    p.qual
from pg_policies as p
where
    p.schemaname = 'public'
    and (
        concat(p.qual, ' ', p.with_check) ~ 'current_setting'
        or regexp_replace(concat(p.qual, ' ', p.with_check), 'SELECT fb\.\w+\(\)', '', 'g') ~ 'fb\.\w+\('
    );
