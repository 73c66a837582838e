-- What operators change besides users, access and settings. Applied at each migration, after platform/triggers.sql.
create or replace trigger audit_market_control
after insert or update of paused, days_per_minute, steps_requested or delete on public.market_control
for each row execute function fb_private.audit('only_row', 'paused', 'days_per_minute', 'steps_requested');

-- A security has an asset and a row of its own, which is told of; so of assets only what is no security is.
create or replace trigger audit_currencies
after insert on public.assets
for each row when (new.kind = 'currency') execute function fb_private.audit('asset_id', 'code', 'scale');

create or replace trigger audit_assets
after update or delete on public.assets
for each row execute function fb_private.audit('asset_id', 'kind', 'code', 'scale');

create or replace trigger audit_securities
after insert or update of status, tradable, symbol, fractionable, name, isin, currency or delete on public.securities
for each row execute function fb_private.audit(
    'security_id', 'exchange', 'symbol', 'name', 'isin', 'currency', 'status', 'tradable', 'fractionable'
);

create or replace trigger audit_price_bars
after insert or update or delete on public.price_bars
for each statement execute function fb_private.audit_statement();

create or replace trigger audit_market_sessions
after insert or update or delete on public.market_sessions
for each statement execute function fb_private.audit_statement();

create or replace trigger audit_exchange_rates
after insert on public.exchange_rates
for each row execute function fb_private.audit(
    'rate_id', 'provider', 'provider_rate_id', 'base', 'quote', 'rate', 'effective_at'
);

create or replace trigger audit_corporate_actions
after insert or update of state or delete on public.corporate_actions
for each row execute function fb_private.audit(
    'action_id', 'provider', 'provider_action_id', 'kind', 'security_id', 'ex_date', 'pay_date', 'new_shares',
    'old_shares', 'cash_per_share', 'withholding_rate', 'new_symbol', 'state'
);

-- Detaching is told of by its function.
create or replace trigger audit_closed_months
after insert or delete on public.closed_months
for each row execute function fb_private.audit('month', 'transactions', 'entries');

create or replace trigger audit_order_transitions
after insert or update or delete on public.order_transitions
for each statement execute function fb_private.audit_statement();

create or replace trigger audit_kyc_transitions
after insert or update or delete on public.kyc_transitions
for each statement execute function fb_private.audit_statement();

create or replace trigger audit_reconciliation_runs
after insert or delete on public.reconciliation_runs
for each row execute function fb_private.audit('run_id', 'source', 'statement_date');

-- What was found is told of with its run; what becomes of it, here.
create or replace trigger audit_reconciliation_breaks
after update or delete on public.reconciliation_breaks
for each row execute function fb_private.audit('run_id', 'break_no', 'kind', 'state');

-- The audit's own tables are history too; their owner asks the same function.
grant execute on function fb_private.refuse_change() to fb_audit;
set local role fb_audit;
do $$
declare
    v_table text;
begin
    foreach v_table in array array[
        'audit_log', 'seals', 'audit_epochs', 'seal_copies', 'audit_retired', 'audit_retired_leaves'
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

-- Who signs identities speaks for everybody. The keys belong to fb_secrets, and no other owner's function sees a row.
set local role fb_secrets;

create or replace function fb_private.audit_identity_keys() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'UPDATE' or new is distinct from old then
        perform fb_private.audit(
            lower(tg_op), 'identity_keys',
            case when tg_op = 'DELETE' then old.identity_key_id else new.identity_key_id end::text
        );
    end if;
    return null;
end
$$;
revoke all on function fb_private.audit_identity_keys() from public;

create or replace trigger audit_identity_keys
after insert or update or delete on fb_private.identity_keys
for each row execute function fb_private.audit_identity_keys();

set local role fb_owner;
