-- Every table that people and operators change records each change in the audit log.
-- severity: high
-- reference: ours
-- fix: financebuy db migrate
select t.name as relation
from unnest(
    array[
        'users', 'credentials', 'api_keys', 'accounts', 'account_owners', 'staff_roles', 'passkeys', 'totp_secrets',
        'recovery_codes', 'payment_methods', 'kyc_documents', 'approvals', 'exceptions', 'platform_settings',
        'fee_schedules', 'market_control', 'assets', 'securities', 'reconciliation_runs'
    ]
) as t (name)
where not exists (
    select 1
    from pg_trigger as g
    inner join pg_class as c on g.tgrelid = c.oid
    inner join pg_proc as p on g.tgfoid = p.oid
    where
        c.relnamespace = 'public'::regnamespace
        and c.relname = t.name
        and p.proname = 'audit' and p.pronamespace = 'fb_private'::regnamespace
);
