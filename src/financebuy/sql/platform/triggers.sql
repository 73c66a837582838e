-- Applied at each migration. What is history is neither updated, nor deleted, nor truncated, by anybody.
create or replace trigger audit_users
after insert or update or delete on public.users
for each row execute function fb_private.audit('user_id', 'kind', 'kyc_status', 'is_active');

create or replace trigger audit_accounts
after insert or update of status, account_type, lot_method, reinvest_dividends or delete on public.accounts
for each row execute function fb_private.audit(
    'account_id', 'account_type', 'currency', 'status', 'lot_method', 'reinvest_dividends'
);

create or replace trigger audit_account_owners
after insert or update or delete on public.account_owners
for each row execute function fb_private.audit('account_id', 'user_id', 'role');

create or replace trigger audit_api_keys
after insert or update or delete on public.api_keys
for each row execute function fb_private.audit('key_id', 'account_id', 'scopes', 'expires_at', 'revoked_at');

create or replace trigger audit_credentials
after insert or update or delete on public.credentials
for each row execute function fb_private.audit('user_id', 'changed_at');

create or replace trigger audit_platform_settings
after insert or update or delete on public.platform_settings
for each row execute function fb_private.audit('name', 'value');

create or replace trigger audit_fee_schedules
after insert or update or delete on public.fee_schedules
for each row execute function fb_private.audit(
    'side', 'effective_from', 'flat', 'per_share', 'basis_points', 'minimum', 'maximum'
);

create or replace trigger audit_exceptions
after insert or update or delete on public.exceptions
for each row execute function fb_private.audit(
    'exception_id', 'kind', 'state', 'assigned_to', 'resolution', 'resolved_by'
);

create or replace trigger audit_approvals
after insert or update or delete on public.approvals
for each row execute function fb_private.audit(
    'approval_id', 'action', 'payload', 'reason', 'state', 'requested_by', 'decided_by', 'note', 'effect_id'
);

do $$
declare
    v_table text;
begin
    foreach v_table in array array[
        'transactions', 'entries', 'order_events', 'executions', 'lot_closures', 'reversals', 'exchange_rates',
        'account_transfers', 'share_receipts', 'erasures'
    ] loop
        execute format(
            'create or replace trigger refuse_change before update or delete on public.%I '
            'for each row execute function fb_private.refuse_change()', v_table
        );
        execute format(
            'create or replace trigger refuse_truncate before truncate on public.%I '
            'for each statement execute function fb_private.refuse_change()', v_table
        );
    end loop;
end
$$;
