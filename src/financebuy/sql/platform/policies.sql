-- Applied at each migration: who may see which rows. Dropped and made anew, so that nothing old survives.
do $$
declare
    v record;
begin
    for v in
        select p.schemaname, p.tablename, p.policyname
        from pg_policies as p
        inner join pg_class as c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
        where p.schemaname = 'public' and c.relowner = current_user::regrole
    loop
        execute format('drop policy %I on %I.%I', v.policyname, v.schemaname, v.tablename);
    end loop;

    -- Every table is closed; under FORCE even its owner needs a policy.
    for v in
        select c.relname from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and c.relname not like 'price\_bars\_%' and c.relowner = current_user::regrole
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
create policy auditor_reads on public.reversals for select to auditor using (true);
create policy auditor_reads on public.reconciliation_runs for select to auditor, fb_worker, fb_broker using (true);
create policy auditor_reads on public.reconciliation_breaks for select to auditor, fb_worker, fb_broker using (true);
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
