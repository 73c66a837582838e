-- Retired keys of personal data are kept for as long as a daily backup may be restored, and no longer: 90 days.
-- severity: medium
-- reference: ours
-- needs: rows
-- fix: update public.platform_settings set value = '90 days' where name = 'personal_key_kept';
select
    s.name,
    s.value
from public.platform_settings as s
where s.name = 'personal_key_kept' and s.value::interval <> interval '90 days';
