-- A policy names the roles that it is for, is about reading alone unless it is the owner's or of a program that writes
-- the table, and gives customers no row by `true` of a table with accounts or people in it.
-- severity: high
-- reference: CIS PostgreSQL 4.7; splinter 0024 permissive_rls_policy
-- fix: drop policy {policyname} on public.{tablename};
select
    quote_ident(p.tablename) as tablename,
    quote_ident(p.policyname) as policyname,
    p.roles::text as roles,
    p.qual
from pg_policies as p
where
    p.schemaname = 'public'
    and (
        'public' = any(p.roles)
        or (p.cmd <> 'SELECT' and not p.roles::text[] <@ array['fb_owner', 'fb_audit', 'fb_worker', 'fb_venue'])
        or (
            'app_user' = any(p.roles) and p.qual = 'true' and exists (
                select 1 from pg_attribute as a
                where
                    a.attrelid = format('%I.%I', p.schemaname, p.tablename)::regclass
                    and a.attname in ('account_id', 'user_id')
            )
        )
    );
