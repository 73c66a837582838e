-- History is kept for seven years at least.
-- severity: high
-- reference: ours
-- needs: rows
-- fix: update public.platform_settings set value = '7 years' where name = 'audit_retention';
select
    s.name,
    s.value
from public.platform_settings as s
where s.name = 'audit_retention' and s.value::interval < interval '7 years';
