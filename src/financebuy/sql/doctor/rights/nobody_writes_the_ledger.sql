-- Nobody but the functions of its owner writes money, shares, orders and history; fb_owner's add to the audit log.
-- severity: high
-- reference: CIS PostgreSQL 4.6
-- fix: revoke {privilege} on {relation} from {role};
select
    c.oid::regclass::text as relation,
    quote_ident(pg_get_userbyid(a.grantee)) as role,
    lower(a.privilege_type) as privilege
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where
    c.oid in (
        'public.accounts'::regclass, 'public.transactions'::regclass, 'public.entries'::regclass,
        'public.orders'::regclass, 'public.order_events'::regclass, 'public.executions'::regclass,
        'public.holdings'::regclass, 'public.lots'::regclass, 'public.lot_closures'::regclass,
        'public.settlements'::regclass, 'public.transfers'::regclass, 'public.account_transfers'::regclass,
        'public.outbox'::regclass, 'public.audit_log'::regclass, 'public.idempotency_keys'::regclass,
        'public.closing_balances'::regclass, 'public.account_owners'::regclass, 'public.users'::regclass,
        'public.credentials'::regclass, 'public.api_keys'::regclass, 'public.staff_roles'::regclass
    )
    and a.grantee not in (0, c.relowner)
    and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE')
    and not (
        c.oid = 'public.audit_log'::regclass and a.privilege_type = 'INSERT'
        and pg_get_userbyid(a.grantee) = 'fb_owner'
    );
