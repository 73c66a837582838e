"""For each check of the books, ways to break what it guards. The superuser can do it; nobody else.

A mutant is a statement that returns the ids of what it broke; the check must name just these.
"""

MUTANTS: dict[str, dict[str, str]] = {
    "01_transactions_sum_to_zero.sql": {
        "a changed entry": """
            update entries set amount = amount + 1
            where (transaction_id, leg) = (select transaction_id, leg from entries limit 1)
            returning transaction_id""",
        "a lost entry": """
            delete from entries where (transaction_id, leg) = (
                select transaction_id, leg from entries order by transaction_id limit 1)
            returning transaction_id""",
    },
    "02_assets_sum_to_zero.sql": {
        "an added entry": """
            insert into entries
            select transaction_id, 99, account_id, asset_id, 1, null, recorded_at, effective_at
            from entries limit 1
            returning asset_id""",
    },
    "03_entries_are_linked.sql": {
        "a transaction that is gone": """
            delete from transactions where transaction_id = (
                select transaction_id from transactions limit 1) returning transaction_id""",
        "an account that never was": """
            update entries set account_id = gen_random_uuid() where leg = 1
            and transaction_id = (select transaction_id from transactions limit 1)
            returning account_id""",
        "an asset that never was": """
            update entries set asset_id = gen_random_uuid() where leg = 1
            and transaction_id = (select transaction_id from transactions limit 1)
            returning asset_id""",
        "another time": """
            update entries set recorded_at = recorded_at + interval '1 microsecond' where leg = 1
            and transaction_id = (select transaction_id from transactions limit 1)
            returning transaction_id""",
        "a transaction without entries": """
            delete from entries
            where transaction_id = (select transaction_id from transactions limit 1)
            returning transaction_id""",
    },
    "04_balances_equal_entries.sql": {
        "a balance": """
            update accounts set balance = balance + 0.01 where account_id = (
                select account_id from accounts where balance > 0 limit 1) returning account_id""",
        "a version": """
            update accounts set version = version + 1 where account_id = (
                select account_id from accounts where balance > 0 limit 1) returning account_id""",
        "a gap": """
            update entries set version = version + 1000 where version = 1
            and account_id = (
                select account_id from accounts where version > 1 and currency = 'USD' limit 1)
            and asset_id = '00000000-0000-7000-8000-00000000f001' returning account_id""",
    },
    "05_holdings_equal_entries.sql": {
        "a quantity": """
            update holdings set quantity = quantity + 1
            where (account_id, security_id) = (select account_id, security_id from holdings limit 1)
            returning account_id, security_id""",
        "a holding that is gone": """
            delete from holdings
            where (account_id, security_id) = (select account_id, security_id from holdings limit 1)
            returning account_id, security_id""",
    },
    "06_held_cash_is_accounted_for.sql": {
        "a hold of nothing": """
            update accounts set held = held + 1 where account_id = (
                select account_id from accounts where house_code is null limit 1)
            returning account_id""",
        "an order's hold": """
            update orders set held = held + 1 where order_id = (
                select order_id from orders where side = 'buy' and held > 0 limit 1)
            returning account_id""",
    },
    "07_held_shares_are_accounted_for.sql": {
        "a hold of nothing": """
            update holdings set held = held + 1
            where (account_id, security_id) = (select account_id, security_id from holdings limit 1)
            returning account_id, security_id""",
    },
    "08_overdrafts_have_an_exception.sql": {
        "an overdraft that nobody was told of": """
            delete from exceptions where kind = 'overdrawn' returning account_id""",
        "missing shares that nobody was told of": """
            delete from exceptions where kind = 'deficit' returning account_id""",
        "an overdraft of which only another one's row tells": """
            update exceptions set command_id = gen_random_uuid() where kind = 'overdrawn'
            returning account_id""",
        "missing shares of which only an older row tells": """
            update exceptions as x set created_at = h.updated_at - interval '1 year'
            from holdings as h where x.kind = 'deficit' and h.account_id = x.account_id
            and h.quantity < h.held returning x.account_id""",
        "a command that overdraws": """
            with fee as (
                select t.transaction_id, t.account_id, t.command_id from transactions as t
                join accounts as a using (account_id)
                where t.transaction_type = 'fee' and a.house_code is null limit 1)
            update entries as e set amount = -1000000 from fee as f
            where e.transaction_id = f.transaction_id and e.account_id = f.account_id
            returning f.account_id""",
    },
    "09_unsettled_is_open_settlements.sql": {
        "unsettled cash": """
            update accounts set unsettled = unsettled + 1 where account_id = (
                select account_id from accounts where house_code is null limit 1)
            returning account_id""",
        "a settlement that is gone": """
            delete from settlements where settlement_id = (
                select settlement_id from settlements as s join assets as a using (asset_id)
                where s.state = 'open' and a.kind = 'currency' and s.amount > 0 limit 1)
            returning account_id""",
    },
    "10_withdrawals_were_withdrawable.sql": {
        "more than there was": """
            update transfers set withdrawable_before = amount - 1 where transfer_id = (
                select transfer_id from transfers where direction = 'outgoing' limit 1)
            returning transfer_id""",
    },
    "11_orders_equal_executions.sql": {
        "a fill": """
            update orders set filled_quantity = filled_quantity - 0.1 where order_id = (
                select order_id from orders where status = 'partially_filled' limit 1)
            returning order_id""",
        "an amount": """
            update orders set filled_amount = filled_amount + 0.01 where order_id = (
                select order_id from orders where status = 'filled' limit 1) returning order_id""",
        "a fee": """
            update orders set fees = fees + 0.01 where order_id = (
                select order_id from orders where status = 'filled' limit 1) returning order_id""",
        "an execution that is gone": """
            delete from executions where execution_id = (
                select execution_id from executions as e where quantity > 0 and kind = 'fill'
                and not exists (
                    select 1 from executions as r where r.ref_execution_id = e.execution_id)
                limit 1)
            returning order_id""",
        "a bust that is gone": """
            delete from executions where execution_id = (
                select execution_id from executions where kind = 'bust' limit 1)
            returning order_id""",
        "a trade that is corrected without its order": """
            delete from executions where kind = 'correction' returning order_id""",
        "more along a chain than its quantity": """
            update orders set quantity = carried_quantity + filled_quantity - 1 where order_id = (
                select order_id from orders where carried_quantity > 1 limit 1
            ) returning order_id""",
        "a fill that is not carried": """
            update orders set carried_quantity = carried_quantity - 1 where order_id = (
                select order_id from orders where carried_quantity > 1 limit 1
            ) returning order_id""",
        "a fee that is not carried": """
            update orders set carried_fees = carried_fees + 0.01 where order_id = (
                select order_id from orders where carried_quantity > 1 limit 1
            ) returning order_id""",
    },
    "12_orders_equal_their_events.sql": {
        "a status": """
            update orders set status = 'new' where order_id = (
                select order_id from orders where status = 'accepted' limit 1)
            returning order_id""",
        "a step that is not allowed": """
            update order_events set to_status = 'rejected', from_status = 'partially_filled'
            where event = 'canceled' and order_id = (
                select order_id from order_events where event = 'canceled' limit 1)
            returning order_id""",
        "events that are gone": """
            delete from order_events where order_id = (select order_id from orders limit 1)
            returning order_id""",
        "a replaced order whose successor does not point back": """
            with broken as (
                update orders set replaces = null where order_id = (
                    select replaced_by from orders where status = 'pending_replace' limit 1)
                returning order_id
            )
            select o.order_id from orders as o join broken as b on o.replaced_by = b.order_id""",
        "a replacement that nothing points to": """
            update orders set replaces = gen_random_uuid() where order_id = (
                select order_id from orders where status = 'accepted' and replaces is null limit 1)
            returning order_id""",
    },
    "13_holdings_equal_lots.sql": {
        "a cost": """
            update holdings set total_cost = total_cost + 0.01
            where (account_id, security_id) = (select account_id, security_id from holdings limit 1)
            returning account_id, security_id""",
        "a lot that is gone": """
            delete from lots where lot_id = (
                select lot_id from lots where closed_quantity <> quantity limit 1)
            returning account_id, security_id""",
    },
    "14_lots_equal_closures.sql": {
        "a closure that is gone": """
            delete from lot_closures where (lot_id, execution_id) = (
                select lot_id, execution_id from lot_closures
                where gain = 0 and cause_id is null limit 1)
            returning lot_id""",
        "a lot of a busted buy that is open again": """
            delete from lot_closures where (lot_id, execution_id, closure_no) = (
                select lot_id, execution_id, closure_no from lot_closures
                where cause_id = execution_id and gain = 0 limit 1)
            returning lot_id""",
        "a gain": """
            update holdings set realized_gain = realized_gain + 0.01
            where (account_id, security_id) = (select account_id, security_id from holdings limit 1)
            returning security_id""",
    },
    "15_trades_cost_what_was_paid.sql": {
        "an execution's amount": """
            update executions set amount = amount + 0.01 where execution_id = (
                select execution_id from executions as e where quantity > 0 and kind = 'fill'
                and not exists (
                    select 1 from executions as r where r.ref_execution_id = e.execution_id)
                limit 1)
            returning execution_id""",
        "money that a bust left": """
            with bust as (
                select t.transaction_id, t.execution_id from transactions as t
                join executions as e using (execution_id)
                where e.kind = 'bust' and t.transaction_type = 'reversal' limit 1),
            broken as (
                update entries set amount = amount + 1 from bust
                where entries.transaction_id = bust.transaction_id and leg = 1)
            select execution_id from bust""",
    },
    "16_one_key_one_effect.sql": {
        "a deposit twice": """
            insert into transactions
            select gen_random_uuid(), recorded_at, effective_at, account_id, transaction_type,
                amount, currency, description, reference_number, event_id, order_id, execution_id,
                transfer_id, action_id, command_id, actor, key_id, request_id, origin
            from transactions where transaction_type = 'deposit' limit 1
            returning transfer_id""",
    },
    "17_reversals_point_back.sql": {
        "a reversal of nothing": """
            insert into reversals values (
                gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())
            returning reversed_id""",
        "a reversal that points nowhere": """
            delete from reversals returning reversing_id""",
        "a reversal on another account": """
            update transactions set account_id = (
                select account_id from accounts where house_code = 'error' limit 1)
            where transaction_type = 'reversal' returning transaction_id""",
        "a reversal of another amount": """
            update entries set amount = amount + 1
            where (transaction_id, leg) = (
                select e.transaction_id, e.leg from entries as e
                join reversals as r on r.reversing_id = e.transaction_id limit 1)
            returning transaction_id""",
    },
    "18_events_have_no_gap.sql": {
        "an event that is gone": """
            delete from outbox where event_seq = 2 and account_id = (
                select account_id from accounts where event_seq > 3 limit 1)
            returning account_id""",
        "the last event that is gone": """
            delete from outbox where (account_id, event_seq) = (
                select account_id, event_seq from accounts where event_seq > 3 limit 1)
            returning account_id""",
        "an event that nobody made": """
            update accounts set event_seq = event_seq + 1 where account_id = (
                select account_id from accounts where house_code is null limit 1)
            returning account_id""",
    },
    "19_nothing_names_a_refused_command.sql": {
        "a refusal with an effect": """
            update idempotency_keys set refusal_code = 'required' where command_id = (
                select command_id from orders limit 1) returning command_id""",
    },
    "20_open_orders_hold_what_they_need.sql": {
        "a hold too small for what is to replace the order": """
            update orders set held = held - 1 where order_id = (
                select order_id from orders where status = 'pending_replace' limit 1)
            returning order_id""",
        "a hold of an order that waits": """
            update orders set held = 1 where order_id = (
                select replaced_by from orders where status = 'pending_replace' limit 1)
            returning order_id""",
        "a hold too small": """
            update orders set held = held - 1 where order_id = (
                select order_id from orders where status = 'accepted' and replaces is null limit 1)
            returning order_id""",
    },
    "21_custody_breaks_are_named.sql": {
        "a break without a name": """
            delete from reconciliation_breaks returning run_id""",
    },
    "30_actions_reach_each_account_once.sql": {
        "an effect that nobody wrote down": """
            delete from entitlements where (action_id, account_id) = (
                select action_id, account_id from entitlements where cash > 0 and state = 'applied'
                limit 1)
            returning action_id, account_id""",
        "a dividend that was paid and is still awaited": """
            update entitlements set state = 'pending', transaction_id = null, paid_at = null
            where (action_id, account_id) = (
                select action_id, account_id from entitlements where gross > withheld
                and state = 'applied' and withheld > 0 and reinvested_quantity = 0 limit 1)
            returning action_id, account_id""",
        "more than a holding was entitled to": """
            update entitlements set cash = cash + 0.01 where (action_id, account_id) = (
                select action_id, account_id from entitlements where gross > 0
                and state = 'applied' limit 1)
            returning action_id, account_id""",
        "tax that was not withheld": """
            update entitlements set withheld = withheld + 0.01 where (action_id, account_id) = (
                select action_id, account_id from entitlements where state = 'pending' limit 1)
            returning action_id, account_id""",
        "tax that the house does not show": """
            with tax as (
                select n.transaction_id, n.leg, t.action_id, t.account_id from entries as n
                join accounts as a using (account_id) join transactions as t using (transaction_id)
                where a.house_code = 'taxes' limit 1)
            update entries as n set account_id = (
                select account_id from accounts where house_code = 'fees' and currency = 'USD')
            from tax where (n.transaction_id, n.leg) = (tax.transaction_id, tax.leg)
            returning tax.action_id, tax.account_id""",
        "shares": """
            update entitlements set quantity_after = quantity_after + 1
            where (action_id, account_id) = (
                select e.action_id, e.account_id from entitlements as e
                join corporate_actions as a using (action_id)
                where a.kind = 'split' and e.transaction_id is not null limit 1)
            returning action_id, account_id""",
    },
    "31_splits_keep_cost.sql": {
        "a new lot's cost": """
            with lot as (
                select l.lot_id, e.action_id, l.account_id
                from entitlements as e
                join corporate_actions as a using (action_id)
                join entries as n on n.transaction_id = e.transaction_id
                    and n.account_id = e.account_id and n.asset_id = a.security_id
                join lots as l on l.account_id = e.account_id and l.security_id = a.security_id
                    and l.lot_seq = (n.version << 20) + 1
                where a.kind = 'split' limit 1
            )
            update lots set cost = lots.cost + 1 from lot where lots.lot_id = lot.lot_id
            returning lot.account_id, lot.action_id""",
        "what was there before": """
            update entitlements set quantity_before = 2 * quantity_before + 1
            where (action_id, account_id) = (
                select e.action_id, e.account_id from entitlements as e
                join corporate_actions as a using (action_id) where a.kind = 'split' limit 1)
            returning account_id, action_id""",
    },
    "32_chosen_lots_are_the_accounts_own.sql": {
        "a lot of another account": """
            update order_lots set account_id = gen_random_uuid() where (order_id, lot_id) = (
                select order_id, lot_id from order_lots limit 1) returning order_id, lot_id""",
        "more than was sold": """
            update order_lots set closed_quantity = quantity where (order_id, lot_id) = (
                select order_id, lot_id from order_lots limit 1) returning order_id, lot_id""",
    },
    "40_clearing_sums_to_zero.sql": {
        "half of a transfer": """
            with half as (
                select t.transaction_id, t.event_id from transactions as t
                where t.transaction_type = 'transfer' limit 1),
            gone as (
                delete from entries as e using half as h where e.transaction_id = h.transaction_id)
            select event_id from half""",
        "a conversion at another rate": """
            with other as (
                select e.transaction_id, e.leg, t.event_id from entries as e
                join transactions as t using (transaction_id) join accounts as a
                on a.account_id = e.account_id where t.transaction_type = 'conversion'
                and a.house_code = 'clearing' limit 1),
            moved as (
                update entries as e set amount = e.amount + 0.01 from other as o
                where (e.transaction_id, e.leg) = (o.transaction_id, o.leg))
            select event_id from other""",
    },
    "41_account_transfers_equal_their_entries.sql": {
        "an amount": """
            update account_transfers set amount = amount - 0.01 where transfer_id = (
                select transfer_id from account_transfers where rate_id is null limit 1)
            returning transfer_id""",
        "more than there was": """
            update account_transfers set withdrawable_before = amount - 1 where transfer_id = (
                select transfer_id from account_transfers limit 1)
            returning transfer_id""",
        "another rate": """
            with other as (
                update exchange_rates set rate = rate * 1.01 where rate_id = (
                    select rate_id from account_transfers where rate_id is not null limit 1)
                returning rate_id)
            select transfer_id from account_transfers join other using (rate_id)""",
        "a side that is gone": """
            with half as (
                select t.transaction_id, t.event_id from transactions as t
                where t.transaction_type = 'conversion' limit 1),
            gone as (
                delete from entries as e using half as h where e.transaction_id = h.transaction_id)
            select event_id from half""",
    },
    "42_accounts_have_owners.sql": {
        "an account of nobody": """
            delete from account_owners where role = 'owner' and account_id = (
                select account_id from account_owners where role = 'owner' limit 1)
            returning account_id""",
        "two owners of one person's account": """
            update account_owners set role = 'joint' where role = 'viewer' returning account_id""",
    },
    "22_history_is_guarded.sql": {
        f"{table}'s guard {trigger}": f"""
            alter table {table} disable trigger {trigger} -- {table} {trigger}"""
        for table in (
            "transactions", "entries", "order_events", "executions", "lot_closures", "reversals",
            "audit_log", "seals", "exchange_rates", "account_transfers", "share_receipts",
        )
        for trigger in ("refuse_change", "refuse_truncate")
    },
    "50_default_partitions_are_empty.sql": {
        f"a row of {table} for which there is no partition": f"""
            update {table} set recorded_at = recorded_at + interval '90 years'
            where recorded_at = (select min(recorded_at) from {table}) returning 'public.{table}'"""
        for table in ("transactions", "entries", "order_events", "outbox", "audit_log")
    },
    "51_closed_months_stay_closed.sql": {
        "an entry in a closed month": """
            insert into closed_months
            select date_trunc('month', now() at time zone 'UTC'),
                (select count(*) from transactions), (select count(*) - 1 from entries),
                now(), now()
            returning month""",
        "a closing balance": """
            with closed as (
                insert into closed_months
                select date_trunc('month', now() at time zone 'UTC'),
                    (select count(*) from transactions), (select count(*) from entries),
                    now(), now()
                returning month
            )
            insert into closing_balances
            select account_id, '00000000-0000-7000-8000-00000000f001', month, 9, 5, now()
            from closed, accounts where house_code = 'error' returning asset_id""",
    },
}  # fmt: skip
"""Check → what is broken → how."""
