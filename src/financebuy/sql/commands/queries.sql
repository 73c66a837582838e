-- One call a batch: every parameter is an array with one element a command, named in the singular.
-- The dictionaries that CommandWriter.submit takes have just these keys.

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

-- name: deposit_received
select * from fb.deposit_received(
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

-- name: withdrawal_returned
select * from fb.withdrawal_returned(
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
    %(key)s::text[],
    %(request_id)s::text[],
    %(origin)s::text[],
    %(transfer_id)s::uuid[],
    %(bank_reference)s::text[],
    %(effective_at)s::timestamptz[],
    %(skip_locked)s
);
