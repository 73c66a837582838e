-- One call a batch: every parameter is an array with one element a command, named in the singular.
-- The dictionaries that CommandWriter.submit takes have just these keys.

-- name: add_currency
select * from fb.add_currency(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(code)s::text[],
    %(scale)s::integer[],
    %(skip_locked)s
);

-- name: add_owner
select * from fb.add_owner(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(user_id)s::uuid[],
    %(role)s::text[],
    %(skip_locked)s
);

-- name: add_payment_method
select * from fb.add_payment_method(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(payment_method_id)s::uuid[],
    %(user_id)s::uuid[],
    %(kind)s::text[],
    %(last_four)s::text[],
    %(country)s::text[],
    %(routing_number)s::text[],
    %(number_ciphertext)s::bytea[],
    %(number_index)s::bytea[],
    %(generation)s::integer[],
    %(skip_locked)s
);

-- name: assign_exception
select * from fb.assign_exception(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(exception_id)s::uuid[],
    %(user_id)s::uuid[],
    %(skip_locked)s
);

-- name: cancel_order
select * from fb.cancel_order(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(order_id)s::uuid[],
    %(skip_locked)s
);

-- name: cancel_rejected
select * from fb.cancel_rejected(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: charge_fee
select * from fb.charge_fee(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(amount)s::numeric[],
    %(reason)s::text[],
    %(skip_locked)s
);

-- name: choose_lots
select * from fb.choose_lots(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(order_id)s::uuid[],
    %(lot_method)s::text[],
    %(lots)s::jsonb[],
    %(skip_locked)s
);

-- name: convert_currency
select * from fb.convert_currency(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(target)s::text[],
    %(amount)s::numeric[],
    %(rate_id)s::uuid[],
    %(skip_locked)s
);

-- name: corporate_action
select * from fb.corporate_action(
    %(identity)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(provider)s::text[],
    %(provider_action_id)s::text[],
    %(kind)s::text[],
    %(security_id)s::uuid[],
    %(ex_date)s::date[],
    %(record_date)s::date[],
    %(pay_date)s::date[],
    %(new_shares)s::integer[],
    %(old_shares)s::integer[],
    %(cash_per_share)s::numeric[],
    %(withholding_rate)s::numeric[],
    %(reinvest_price)s::numeric[],
    %(new_symbol)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: create_api_key
select * from fb.create_api_key(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(key_id)s::text[],
    %(user_id)s::uuid[],
    %(account_id)s::uuid[],
    %(secret_hash)s::bytea[],
    %(scopes)s::text[],
    %(expires_at)s::timestamptz[],
    %(name)s::text[],
    %(allowed_addresses)s::text[],
    %(skip_locked)s
);

-- name: create_user
select * from fb.create_user(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(user_id)s::uuid[],
    %(email_index)s::bytea[],
    %(ciphertext)s::jsonb[],
    %(wrapped_key)s::bytea[],
    %(key_epoch)s::integer[],
    %(kind)s::text[],
    %(skip_locked)s
);

-- name: decide_approval
select * from fb.decide_approval(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(approval_id)s::uuid[],
    %(decision)s::text[],
    %(note)s::text[],
    %(skip_locked)s
);

-- name: deposit_received
select * from fb.deposit_received(
    %(identity)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(bank)s::text[],
    %(bank_reference)s::text[],
    %(account_id)s::uuid[],
    %(amount)s::numeric[],
    %(currency)s::text[],
    %(effective_at)s::timestamptz[],
    %(settle_on)s::date[],
    %(skip_locked)s
);

-- name: deposit_returned
select * from fb.deposit_returned(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(bank)s::text[],
    %(bank_reference)s::text[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: exchange_rate
select * from fb.exchange_rate(
    %(identity)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(provider)s::text[],
    %(provider_rate_id)s::text[],
    %(base)s::text[],
    %(quote)s::text[],
    %(rate)s::numeric[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: execution
select * from fb.execution(
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(venue_execution_id)s::text[],
    %(order_id)s::uuid[],
    %(quantity)s::numeric[],
    %(price)s::numeric[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: execution_busted
select * from fb.execution_busted(
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(venue_execution_id)s::text[],
    %(ref_venue_execution_id)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: execution_corrected
select * from fb.execution_corrected(
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(venue_execution_id)s::text[],
    %(ref_venue_execution_id)s::text[],
    %(quantity)s::numeric[],
    %(price)s::numeric[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: open_account
select * from fb.open_account(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(user_id)s::uuid[],
    %(account_type)s::text[],
    %(currency)s::text[],
    %(skip_locked)s
);

-- name: order_acknowledged
select * from fb.order_acknowledged(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(venue_order_id)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: order_canceled
select * from fb.order_canceled(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: order_expired
select * from fb.order_expired(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: order_rejected
select * from fb.order_rejected(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: order_replaced
select * from fb.order_replaced(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(venue_order_id)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: order_triggered
select * from fb.order_triggered(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: place_order
select * from fb.place_order(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(security_id)s::uuid[],
    %(client_order_id)s::text[],
    %(side)s::text[],
    %(order_type)s::text[],
    %(time_in_force)s::text[],
    %(quantity)s::numeric[],
    %(notional)s::numeric[],
    %(limit_price)s::numeric[],
    %(stop_price)s::numeric[],
    %(lot_method)s::text[],
    %(lots)s::jsonb[],
    %(skip_locked)s
);

-- name: remove_owner
select * from fb.remove_owner(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(user_id)s::uuid[],
    %(skip_locked)s
);

-- name: remove_payment_method
select * from fb.remove_payment_method(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(payment_method_id)s::uuid[],
    %(skip_locked)s
);

-- name: replace_order
select * from fb.replace_order(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(order_id)s::uuid[],
    %(client_order_id)s::text[],
    %(quantity)s::numeric[],
    %(time_in_force)s::text[],
    %(limit_price)s::numeric[],
    %(stop_price)s::numeric[],
    %(skip_locked)s
);

-- name: replace_rejected
select * from fb.replace_rejected(
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(venue)s::text[],
    %(order_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: request_approval
select * from fb.request_approval(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(action)s::text[],
    %(payload)s::jsonb[],
    %(reason)s::text[],
    %(skip_locked)s
);

-- name: request_withdrawal
select * from fb.request_withdrawal(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(amount)s::numeric[],
    %(payment_method_id)s::uuid[],
    %(skip_locked)s
);

-- name: resolve_exception
select * from fb.resolve_exception(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(exception_id)s::uuid[],
    %(resolution)s::text[],
    %(skip_locked)s
);

-- name: revoke_api_key
select * from fb.revoke_api_key(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(key_id)s::text[],
    %(skip_locked)s
);

-- name: set_account_status
select * from fb.set_account_status(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(status)s::text[],
    %(skip_locked)s
);

-- name: set_fee_schedule
select * from fb.set_fee_schedule(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(side)s::text[],
    %(effective_from)s::timestamptz[],
    %(flat)s::numeric[],
    %(per_share)s::numeric[],
    %(basis_points)s::numeric[],
    %(minimum)s::numeric[],
    %(maximum)s::numeric[],
    %(skip_locked)s
);

-- name: set_kyc_status
select * from fb.set_kyc_status(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(user_id)s::uuid[],
    %(status)s::text[],
    %(skip_locked)s
);

-- name: set_preferences
select * from fb.set_preferences(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(lot_method)s::text[],
    %(reinvest_dividends)s::boolean[],
    %(skip_locked)s
);

-- name: shares_received
select * from fb.shares_received(
    %(identity)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(custodian)s::text[],
    %(custodian_reference)s::text[],
    %(account_id)s::uuid[],
    %(security_id)s::uuid[],
    %(quantity)s::numeric[],
    %(cost)s::numeric[],
    %(acquired_at)s::timestamptz[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: transfer
select * from fb.transfer(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(account_id)s::uuid[],
    %(target)s::text[],
    %(amount)s::numeric[],
    %(skip_locked)s
);

-- name: withdrawal_returned
select * from fb.withdrawal_returned(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(transfer_id)s::uuid[],
    %(reason)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);

-- name: withdrawal_settled
select * from fb.withdrawal_settled(
    %(identity)s::text[],
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(transfer_id)s::uuid[],
    %(bank_reference)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);
