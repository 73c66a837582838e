-- Applied at each migration: who may read, write and call what. None to PUBLIC, none on partitions, DML on ledger
-- tables to nobody but the owner. Whatever anybody was ever given on what is ours is taken back first.
select fb_private.take_rights_back();
alter default privileges for role fb_owner revoke all on functions from public;
alter default privileges for role fb_owner revoke all on types from public;
set local role fb_secrets;
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public;
set local role fb_reporting;
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public;
set local role fb_audit;
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public;
set local role fb_owner;

grant usage on schema public, fb to
app_user, fb_broker, fb_bank, fb_venue, fb_worker, fb_sealer, analytics_user, db_admin, auditor, fb_monitor;
grant usage, create on schema fb_private to fb_secrets;
grant usage, create on schema public, fb, fb_private to fb_audit;
grant usage on schema public to fb_secrets;

-- What reports show, column by column; the views themselves stand in reporting/views.sql.
grant usage on schema public to fb_reporting;
grant usage on domain public.finite to fb_reporting;
grant select (user_id, kind, kyc_status, is_active, created_at) on public.users to fb_reporting;
grant select (
    account_id, account_number, account_type, house_code, currency, status, balance, held, unsettled, created_at
) on public.accounts to fb_reporting;
grant select (account_id, user_id, role) on public.account_owners to fb_reporting;
grant select (
    order_id, account_id, security_id, side, order_type, time_in_force, quantity, notional, limit_price, stop_price,
    status, filled_quantity, filled_amount, fees, effective_at, placed_at, terminal_at
) on public.orders to fb_reporting;
grant select (
    execution_id, order_id, account_id, security_id, kind, side, quantity, price, amount, fee, late, effective_at,
    recorded_at
) on public.executions to fb_reporting;
grant select (account_id, security_id, quantity, held, total_cost, realized_gain) on public.holdings to fb_reporting;
grant select (
    transaction_id, account_id, transaction_type, amount, currency, order_id, effective_at, recorded_at
) on public.transactions to fb_reporting;
grant select (security_id, symbol) on public.securities to fb_reporting;
grant select (security_id, last) on public.security_prices to fb_reporting;

grant select on
public.accounts, public.account_owners, public.transactions, public.entries, public.orders, public.order_events,
public.executions, public.holdings, public.lots, public.lot_closures, public.settlements, public.transfers,
public.outbox, public.closing_balances, public.closing_events, public.entitlements, public.order_lots,
public.share_receipts,
public.account_transfers
to app_user, fb_broker, fb_bank, fb_venue, fb_worker, auditor;
grant select on
public.assets, public.securities, public.security_prices, public.price_bars, public.market_sessions,
public.market_clock, public.market_control, public.session_progress, public.fee_schedules, public.corporate_actions,
public.order_transitions, public.platform_settings, public.process_heartbeats, public.closed_months,
public.exchange_rates
to app_user, fb_broker, fb_bank, fb_venue, fb_worker, auditor, analytics_user, fb_monitor;
grant select (user_id, kind, kyc_status, is_active, created_at, updated_at) on public.users to app_user;
-- Personal data has one way out: fb.personal_data, which records who asked.
grant select (user_id, kind, kyc_status, is_active, email_index, created_at, updated_at) on public.users to fb_broker;
grant select (user_id, kind, kyc_status, is_active, created_at, updated_at) on public.users to fb_worker, auditor;
grant select (key_id, user_id, account_id, scopes, created_at, expires_at, revoked_at) on public.api_keys to fb_broker;
grant select on public.exceptions to fb_broker, fb_bank, fb_venue, fb_worker, auditor;
grant select on public.approvals to fb_broker, auditor;
grant select on public.reversals, public.reconciliation_runs, public.reconciliation_breaks to auditor;
grant select on public.reconciliation_runs, public.reconciliation_breaks to fb_worker, fb_broker;
-- A materialized view knows no row security: it is for whoever may see all accounts.
grant select on public.portfolio_summary to analytics_user, auditor;
grant select on public.portfolio_summary_live to app_user, fb_broker, auditor;
grant select on public.months_to_close to fb_worker, auditor;
grant select on public.idempotency_keys to fb_worker, auditor;
set local role fb_reporting;
grant usage on schema reporting to analytics_user, auditor, fb_owner;
grant select on all tables in schema reporting to analytics_user, auditor;
set local role fb_owner;

grant insert, update on
public.assets, public.securities, public.security_prices, public.price_bars, public.market_sessions,
public.fee_schedules
to fb_worker;
grant insert, update on public.market_control, public.session_progress to fb_worker;
grant insert, update on
public.security_prices, public.market_clock, public.market_control, public.session_progress
to fb_venue;

-- Partitions that were detached are tables like others, and lost their policies above.
select fb_private.keep_detached(c.relname)
from pg_class as c
where
    c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
    and c.relname ~ '^(entries|transactions|order_events|outbox)_[0-9]{4}_[0-9]{2}$';

grant execute on function fb.current_user_id(), fb.my_accounts(), fb.money_leaves_from(text, uuid) to app_user;
grant execute on function fb.portfolio_of(text, uuid) to app_user;
grant execute on function fb.heartbeat(text, uuid, integer) to app_user, fb_venue, fb_worker;
grant execute on function fb.schema_revision() to app_user, fb_venue, fb_worker, fb_monitor, db_admin;

do $$
declare
    v record;
begin
    for v in
        select p.oid::regprocedure as signature, g.role
        from (
            values
            ('place_order', 'app_user'), ('replace_order', 'app_user'), ('cancel_order', 'app_user'),
            ('request_withdrawal', 'app_user'),
            ('create_user', 'fb_broker'), ('set_kyc_status', 'fb_broker'), ('open_account', 'fb_broker'),
            ('set_account_status', 'fb_broker'), ('create_api_key', 'fb_broker'), ('revoke_api_key', 'fb_broker'),
            ('transfer', 'app_user'), ('convert_currency', 'app_user'),
            ('add_owner', 'fb_broker'), ('remove_owner', 'fb_broker'), ('charge_fee', 'fb_broker'),
            ('set_fee_schedule', 'fb_broker'), ('add_currency', 'fb_broker'), ('exchange_rate', 'fb_bank'),
            ('request_approval', 'fb_broker'), ('decide_approval', 'fb_broker'), ('assign_exception', 'fb_broker'),
            ('resolve_exception', 'fb_broker'), ('deposit_returned', 'fb_bank'), ('execution_busted', 'fb_venue'),
            ('execution_corrected', 'fb_venue'),
            ('deposit_received', 'fb_bank'), ('withdrawal_settled', 'fb_bank'), ('withdrawal_returned', 'fb_bank'),
            ('order_acknowledged', 'fb_venue'), ('order_rejected', 'fb_venue'), ('order_canceled', 'fb_venue'),
            ('cancel_rejected', 'fb_venue'), ('order_expired', 'fb_venue'), ('order_triggered', 'fb_venue'),
            ('order_replaced', 'fb_venue'), ('replace_rejected', 'fb_venue'), ('execution', 'fb_venue'),
            ('settle', 'fb_worker'), ('expire_orders', 'fb_worker'), ('make_partitions', 'fb_worker'),
            ('close_month', 'fb_worker'), ('detach_partitions', 'fb_worker'), ('refresh_summaries', 'fb_worker'),
            ('reconcile', 'fb_worker'), ('custody_statement', 'fb_worker'), ('prune_keys', 'fb_worker'), ('relay', 'fb_worker'), ('set_preferences', 'app_user'),
            ('choose_lots', 'app_user'), ('shares_received', 'fb_bank'), ('corporate_action', 'fb_bank'),
            ('announce_actions', 'fb_worker'), ('apply_corporate_action', 'fb_worker')
        ) as g (function, role)
        inner join pg_proc as p on p.proname = g.function and p.pronamespace = 'fb'::regnamespace
    loop
        execute format('grant execute on function %s to %I', v.signature, v.role);
    end loop;
end
$$;
