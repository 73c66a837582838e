-- Applied at each migration: the whole of who may see which rows, and who may call what. Dropped and made anew, so that
-- nothing old survives.
do $$
declare
    v record;
begin
    for v in
        select p.schemaname, p.tablename, p.policyname from pg_policies as p where p.schemaname = 'public'
    loop
        execute format('drop policy %I on %I.%I', v.policyname, v.schemaname, v.tablename);
    end loop;

    -- Every table is closed; under FORCE even its owner needs a policy.
    for v in
        select c.relname from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and c.relname not like 'price\_bars\_%'
    loop
        execute format('alter table public.%I enable row level security', v.relname);
        execute format('alter table public.%I force row level security', v.relname);
        execute format('create policy owner_all on public.%I for all to fb_owner using (true) with check (true)', v.relname);
    end loop;

    -- What belongs to an account is seen by its owners.
    for v in
        select t.name from unnest(array[
            'accounts', 'account_owners', 'transactions', 'entries', 'orders', 'order_events', 'executions', 'holdings',
            'lots', 'lot_closures', 'settlements', 'transfers', 'outbox', 'closing_balances', 'closing_events', 'entitlements',
            'order_lots', 'share_receipts',
            'account_transfers'
        ]) as t (name)
    loop
        execute format(
            'create policy owners_read on public.%I for select to app_user '
            'using (account_id = any ((select fb.my_accounts())::uuid[]))', v.name
        );
        execute format(
            'create policy platform_reads on public.%I for select '
            'to fb_broker, fb_bank, fb_venue, fb_worker, auditor using (true)', v.name
        );
    end loop;

    -- What is everybody's.
    for v in
        select t.name from unnest(array[
            'assets', 'securities', 'security_prices', 'price_bars', 'market_sessions', 'market_clock', 'market_control',
            'session_progress', 'fee_schedules', 'corporate_actions', 'order_transitions', 'platform_settings',
            'process_heartbeats', 'closed_months', 'exchange_rates'
        ]) as t (name)
    loop
        execute format(
            'create policy all_read on public.%I for select '
            'to app_user, fb_broker, fb_bank, fb_venue, fb_worker, auditor, analytics_user, fb_monitor using (true)',
            v.name
        );
    end loop;

    -- Reference data and the market's state are written by the processes that keep them.
    for v in
        select t.name from unnest(array[
            'assets', 'securities', 'security_prices', 'price_bars', 'market_sessions', 'market_clock', 'market_control',
            'session_progress', 'fee_schedules'
        ]) as t (name)
    loop
        execute format('create policy worker_writes on public.%I for all to fb_worker using (true) with check (true)', v.name);
    end loop;
    for v in
        select t.name from unnest(array[
            'security_prices', 'market_clock', 'market_control', 'session_progress'
        ]) as t (name)
    loop
        execute format('create policy venue_writes on public.%I for all to fb_venue using (true) with check (true)', v.name);
    end loop;
end
$$;

create policy self_reads on public.users for select to app_user using (user_id = (select fb.current_user_id()));
create policy platform_reads on public.users for select to fb_broker, fb_worker, auditor using (true);
create policy broker_reads on public.api_keys for select to fb_broker using (true);
create policy platform_reads on public.exceptions
for select to fb_broker, fb_bank, fb_venue, fb_worker, auditor using (true);
create policy platform_reads on public.approvals for select to fb_broker, auditor using (true);
create policy platform_reads on public.audit_log for select to auditor, fb_sealer using (true);
create policy auditor_reads on public.reversals for select to auditor using (true);
create policy auditor_reads on public.reconciliation_runs for select to auditor, fb_worker, fb_broker using (true);
create policy auditor_reads on public.reconciliation_breaks for select to auditor, fb_worker, fb_broker using (true);
create policy auditor_reads on public.seals for select to auditor using (true);
create policy platform_reads on public.idempotency_keys for select to fb_worker, auditor using (true);

create policy reporting_reads on public.users for select to fb_reporting using (true);
create policy reporting_reads on public.accounts for select to fb_reporting using (true);
create policy reporting_reads on public.account_owners for select to fb_reporting using (true);
create policy reporting_reads on public.orders for select to fb_reporting using (true);
create policy reporting_reads on public.executions for select to fb_reporting using (true);
create policy reporting_reads on public.holdings for select to fb_reporting using (true);
create policy reporting_reads on public.transactions for select to fb_reporting using (true);
create policy reporting_reads on public.securities for select to fb_reporting using (true);
create policy reporting_reads on public.security_prices for select to fb_reporting using (true);

-- Rights: none to PUBLIC, none on partitions, DML on ledger tables to nobody but the owner. Whatever anybody was ever
-- given on what is ours is taken back first. An extension's objects in the same schema are not ours to take rights on.
do $$
declare
    v record;
begin
    for v in
        select distinct
            case when c.relkind = 'S' then 'sequence' else 'table' end as kind, c.oid::regclass::text as name, a.grantee
        from pg_class as c
        cross join lateral (
            select r.grantee from aclexplode(c.relacl) as r
            union all
            select r.grantee from pg_attribute as t cross join lateral aclexplode(t.attacl) as r where t.attrelid = c.oid
        ) as a
        where c.relowner = 'fb_owner'::regrole and a.grantee <> c.relowner
        union all
        select distinct 'function', p.oid::regprocedure::text, a.grantee
        from pg_proc as p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        where p.proowner = 'fb_owner'::regrole and a.grantee <> p.proowner
        union all
        select distinct 'schema', n.nspname::text, a.grantee
        from pg_namespace as n cross join lateral aclexplode(n.nspacl) as a
        where n.nspowner = 'fb_owner'::regrole and a.grantee <> n.nspowner
        union all
        select distinct 'type', t.oid::regtype::text, a.grantee
        from pg_type as t cross join lateral aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) as a
        where t.typowner = 'fb_owner'::regrole and t.typtype in ('d', 'e') and a.grantee <> t.typowner
    loop
        execute format(
            'revoke all on %s %s from %s', v.kind, v.name,
            case when v.grantee = 0 then 'public' else v.grantee::regrole::text end
        );
    end loop;
end
$$;
alter default privileges for role fb_owner revoke all on functions from public;
alter default privileges for role fb_owner revoke all on types from public;
set local role fb_secrets;
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public;
set local role fb_reporting;
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public;
set local role fb_owner;

-- A name in a body is looked up where its author meant it, whoever calls. A body that was bound when it was made
-- (RETURN) looks nothing up, and stays free to be inlined.
do $$
declare
    v regprocedure;
begin
    for v in
        select p.oid from pg_proc as p
        where p.proowner = 'fb_owner'::regrole and p.prokind = 'f' and p.prosqlbody is null
            and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)
    loop
        execute format('alter function %s set search_path = pg_catalog, pg_temp', v);
    end loop;
end
$$;

grant usage on schema public, fb to
app_user, fb_broker, fb_bank, fb_venue, fb_worker, fb_sealer, analytics_user, db_admin, auditor, fb_monitor;
grant usage, create on schema fb_private to fb_secrets;
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
grant select on public.audit_log to auditor, fb_sealer;
grant select on public.reversals, public.reconciliation_runs, public.reconciliation_breaks, public.seals to auditor;
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

grant insert, update, delete on
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

grant execute on function fb.current_user_id(), fb.my_accounts() to app_user;
grant execute on function fb.heartbeat(text, uuid, integer) to app_user, fb_venue, fb_worker;
grant execute on function fb.schema_revision() to app_user, fb_venue, fb_worker, fb_monitor;

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
