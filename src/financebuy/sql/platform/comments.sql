-- What each table and view is for, in the catalogue itself: the data dictionary is written from here. Applied at each
-- migration.
comment on table public.users is 'People and staff. Personal data is ciphertext.';
comment on table public.personal_data_keys is
'The wrapped key of one user''s personal data: its destruction erases the user.';
comment on table public.credentials is 'Password hashes, apart from the users.';
comment on table public.api_keys is 'Keys of callers: the hash of the secret, scopes, expiry.';
comment on table public.totp_secrets is
'Secrets of one-time codes, encrypted, and the newest step that a code was taken for.';
comment on table public.recovery_codes is
'Hashes of codes that let a person in who has lost the second factor; each works once.';
comment on table public.passkeys is
'Public keys of people''s passkeys.';
comment on table public.sign_in_attempts is
'Each attempt to sign in, to the platform and to the database, and how it ended.';
comment on table public.staff_roles is
'What each member of the staff may do: read, operate or administer.';
comment on table public.kyc_events is
'Each step of the check of a person''s identity.';
comment on table public.kyc_transitions is
'Which state of an identity check may follow which.';
comment on table public.assets is 'What can be owned and counted: a currency or a security, with its scale.';
comment on table public.accounts is
'Customers'' cash accounts and the house''s own. The row is the one lock of all that the account owns.';
comment on table public.account_owners is 'Who may see an account, and who may act on it.';
comment on table public.account_transfers is
'Money from one customer account to another through clearing; its transactions have event_id = transfer_id.';
comment on table public.exchange_rates is 'Rates between currencies, as facts: each conversion names the one it used.';
comment on table public.securities is 'Instruments that can be held, by exchange and symbol.';
comment on table public.security_prices is 'The latest quote, once a security.';
comment on table public.price_bars is 'Price history: one row a security and day, as traded. Partitioned by year.';
comment on table public.market_sessions is 'Trading days of an exchange, and when their trades settle.';
comment on table public.market_clock is 'What time it is in the market: one row.';
comment on table public.market_control is 'What an operator told the replay: one row.';
comment on table public.session_progress is 'Which sessions were opened, closed and settled.';
comment on table public.fee_schedules is 'Dated fees of trading; the newest that has begun applies.';
comment on table public.corporate_actions is 'Splits, dividends and other actions, by their provider''s id.';
comment on table public.entitlements is 'What an action gave to an account: once an action and account.';
comment on table public.share_receipts is 'Shares that came from another custodian, with their cost.';
comment on table public.transactions is
'Business events on one account each. Append-only, partitioned by month of recording.';
comment on table public.entries is
'Legs of transactions: an amount of one asset on one account. They sum to zero. Append-only, partitioned by month.';
comment on table public.reversals is 'Which transaction took back which: each at most once.';
comment on table public.closing_balances is
'Balances at the end of a month, per account and asset, verified when it was closed.';
comment on table public.closing_events is 'How far an account''s events had come at the end of a month.';
comment on table public.closed_months is
'Months that were closed, with what they hold; detached ones have left their tables.';
comment on table public.transfers is 'Money to and from banks, with its state.';
comment on table public.settlements is 'What trades and deposits have promised for a later day.';
comment on table public.exceptions is 'What a fact left for a person to look at.';
comment on table public.approvals is 'What one operator asked for and a second one decides.';
comment on table public.orders is 'Customers'' wishes to buy or sell, with what they hold.';
comment on table public.order_events is 'Each step of an order. Append-only, partitioned by month.';
comment on table public.order_lots is 'Lots that a sell order was told to close.';
comment on table public.order_transitions is 'Which status may follow which.';
comment on table public.executions is 'What the venue reported: fills, corrections and busts. Append-only.';
comment on table public.holdings is 'Shares of one security on one account: the sum of its open lots.';
comment on table public.lots is 'Buys not yet sold, with date and cost; negative: shares sold that were not there.';
comment on table public.lot_closures is 'What of a lot was sold, for how much. Append-only.';
comment on table public.idempotency_keys is
'Keys of commands, what they asked and whether it was refused. Pruned after a time.';
comment on column public.idempotency_keys.key is 'Unique with its actor: an index is over a digest of both.';
comment on column public.transfers.bank_reference is
'Unique with its bank and direction: an index is over a digest of the three.';
comment on table public.outbox is 'Events, written with the change that they tell of. Partitioned by month.';
comment on table public.reconciliation_runs is 'Statements of custodians that were compared with the books.';
comment on table public.reconciliation_breaks is 'Each difference that a comparison found, by its name.';
comment on table public.platform_settings is 'Settings of the platform that operators may change.';
comment on table public.process_heartbeats is 'Which programs are alive.';
comment on materialized view public.portfolio_summary is
'Cash and the value of holdings of every account, as of refreshed_at. For reporting roles.';
