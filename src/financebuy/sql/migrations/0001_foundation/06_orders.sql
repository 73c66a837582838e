create table public.order_transitions (
    from_status text not null,
    to_status text not null,
    primary key (from_status, to_status)
);
insert into public.order_transitions (from_status, to_status)
values
('accepted', 'new'), ('accepted', 'partially_filled'), ('accepted', 'filled'), ('accepted', 'pending_cancel'),
('accepted', 'canceled'), ('accepted', 'expired'), ('accepted', 'rejected'),
('new', 'partially_filled'), ('new', 'filled'), ('new', 'pending_cancel'), ('new', 'canceled'),
('new', 'expired'), ('new', 'rejected'),
('partially_filled', 'partially_filled'), ('partially_filled', 'filled'), ('partially_filled', 'pending_cancel'),
('partially_filled', 'canceled'), ('partially_filled', 'expired'),
('pending_cancel', 'pending_cancel'), ('pending_cancel', 'canceled'), ('pending_cancel', 'filled'),
('pending_cancel', 'new'), ('pending_cancel', 'accepted'), ('pending_cancel', 'partially_filled'),
('pending_cancel', 'expired'), ('pending_cancel', 'rejected'),
-- A fill that was on its way when the order ended is money that moved: it is booked.
('canceled', 'canceled'), ('canceled', 'filled'), ('expired', 'expired'), ('expired', 'filled'),
('rejected', 'rejected'), ('rejected', 'filled'), ('filled', 'filled');

-- Dated fees; the newest schedule that has begun applies. Without one, trading is free.
create table public.fee_schedules (
    effective_from timestamptz not null,
    side text not null check (side in ('buy', 'sell')),
    flat public.finite not null default 0 check (flat >= 0),
    per_share public.finite not null default 0 check (per_share >= 0),
    basis_points public.finite not null default 0 check (basis_points >= 0),
    minimum public.finite not null default 0 check (minimum >= 0),
    maximum public.finite check (maximum >= minimum),
    primary key (side, effective_from)
);

create table public.orders (
    order_id uuid primary key,
    account_id uuid not null references public.accounts (account_id),
    security_id uuid not null references public.securities (security_id),
    client_order_id text not null check (length(client_order_id) between 1 and 48),
    side text not null check (side in ('buy', 'sell')),
    order_type text not null check (order_type in ('market', 'limit', 'stop', 'stop_limit')),
    time_in_force text not null check (time_in_force in ('day', 'gtc', 'ioc', 'fok', 'opg', 'cls')),
    quantity public.finite check (quantity > 0),
    notional public.finite check (notional > 0),
    limit_price public.finite check (limit_price > 0),
    stop_price public.finite check (stop_price > 0),
    extended_hours boolean not null default false,
    hold_price public.finite not null check (hold_price > 0),
    hold_fee public.finite not null default 0 check (hold_fee >= 0),
    held public.finite not null check (held >= 0),
    status text not null check (
        status in (
            'accepted', 'new', 'partially_filled', 'filled', 'pending_cancel', 'canceled', 'expired',
            'rejected', 'pending_replace', 'replaced'
        )
    ),
    filled_quantity public.finite not null default 0 check (filled_quantity >= 0),
    filled_gross public.finite not null default 0 check (filled_gross >= 0),
    filled_amount public.finite not null default 0 check (filled_amount >= 0),
    fees public.finite not null default 0 check (fees >= 0),
    reject_reason text check (length(reject_reason) <= 500),
    venue text,
    venue_order_id text,
    replaces uuid,
    replaced_by uuid,
    expires_on date,
    effective_at timestamptz not null,
    placed_at timestamptz not null,
    updated_at timestamptz not null,
    terminal_at timestamptz,
    event_seq bigint not null,
    command_id uuid not null,
    actor text not null,
    constraint orders_account_client_order_id_key unique (account_id, client_order_id),
    constraint orders_quantity_xor_notional check ((quantity is null) <> (notional is null)),
    constraint orders_limit_price check (
        (order_type in ('limit', 'stop_limit')) = (limit_price is not null)
    ),
    constraint orders_stop_price check ((order_type in ('stop', 'stop_limit')) = (stop_price is not null)),
    constraint orders_not_overfilled check (quantity is null or filled_quantity <= quantity),
    constraint orders_terminal check (
        (status in ('filled', 'canceled', 'expired', 'rejected', 'replaced')) = (terminal_at is not null)
    ),
    constraint orders_terminal_holds_nothing check (terminal_at is null or held = 0)
) with (fillfactor = 80);
create index orders_account_id_idx on public.orders (account_id, placed_at desc, order_id desc);
create index orders_security_id_idx on public.orders (security_id);
create index orders_open_idx on public.orders (placed_at, order_id) where terminal_at is null;
create index orders_open_account_idx on public.orders (account_id, security_id) where terminal_at is null;
comment on column public.orders.held is 'Reserved for what is left: cash of a buy, shares of a sell; 0 when terminal.';
comment on column public.orders.filled_gross is 'Sum of quantity times price, not rounded; filled_amount is rounded.';
comment on column public.orders.expires_on is 'Session at whose close a day order dies. NULL: good till canceled.';
comment on column public.orders.event_seq is 'The account''s event_seq that announced the order.';

create table public.order_events (
    order_id uuid not null,
    account_id uuid not null,
    event_seq bigint not null,
    event text not null check (
        event in (
            'placed', 'acknowledged', 'rejected', 'cancel_requested', 'canceled', 'cancel_rejected', 'expired',
            'fill', 'partial_fill', 'corporate_action'
        )
    ),
    from_status text,
    to_status text not null,
    filled_quantity public.finite not null,
    execution_id uuid,
    reason text,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    command_id uuid not null,
    actor text not null,
    key_id text,
    request_id text,
    origin text,
    primary key (order_id, event_seq, recorded_at)
) partition by range (recorded_at);
create table public.order_events_default partition of public.order_events default;

create table public.executions (
    execution_id uuid primary key,
    order_id uuid not null references public.orders (order_id),
    account_id uuid not null references public.accounts (account_id),
    security_id uuid not null references public.securities (security_id),
    venue text not null,
    venue_execution_id text not null check (length(venue_execution_id) between 1 and 128),
    side text not null check (side in ('buy', 'sell')),
    quantity public.finite not null check (quantity >= 0),
    reported_quantity public.finite not null check (reported_quantity > 0 and reported_quantity >= quantity),
    price public.finite not null check (price > 0),
    amount public.finite not null check (amount >= 0),
    fee public.finite not null check (fee >= 0),
    late boolean not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    command_id uuid not null,
    -- For ever: a venue that repeats itself after years is still not believed twice.
    constraint executions_venue_key unique (venue, venue_execution_id)
);
create index executions_order_id_idx on public.executions (order_id);
create index executions_account_id_idx on public.executions (account_id, recorded_at);
create index executions_security_id_idx on public.executions (security_id);
create index executions_recorded_at_brin on public.executions using brin (recorded_at);
comment on column public.executions.quantity is 'What counts for the order; reported_quantity is what the venue said.';

create table public.holdings (
    account_id uuid not null references public.accounts (account_id),
    security_id uuid not null references public.securities (security_id),
    quantity public.finite not null,
    held public.finite not null default 0 check (held >= 0),
    total_cost public.finite not null,
    realized_gain public.finite not null default 0,
    version bigint not null check (version >= 0),
    updated_at timestamptz not null,
    primary key (account_id, security_id)
) with (fillfactor = 70);
create index holdings_security_id_idx on public.holdings (security_id);
comment on column public.holdings.total_cost is 'Cost of the open lots; the average cost is total_cost / quantity.';

-- A lot is a buy not yet sold, or (negative) shares sold that were not there.
create table public.lots (
    lot_id uuid primary key,
    account_id uuid not null references public.accounts (account_id),
    security_id uuid not null references public.securities (security_id),
    lot_seq bigint not null,
    execution_id uuid,
    quantity public.finite not null check (quantity <> 0),
    cost public.finite not null,
    closed_quantity public.finite not null default 0,
    closed_cost public.finite not null default 0,
    acquired_at timestamptz not null,
    recorded_at timestamptz not null,
    constraint lots_seq_key unique (account_id, security_id, lot_seq),
    constraint lots_closed_within check (
        sign(closed_quantity) in (0, sign(quantity)) and abs(closed_quantity) <= abs(quantity)
    ),
    constraint lots_closed_cost check (closed_quantity <> quantity or closed_cost = cost)
) with (fillfactor = 80);
create index lots_open_idx on public.lots (account_id, security_id, acquired_at, lot_seq)
where closed_quantity <> quantity;

create table public.lot_closures (
    lot_id uuid not null references public.lots (lot_id),
    execution_id uuid not null,
    account_id uuid not null,
    security_id uuid not null,
    quantity public.finite not null check (quantity <> 0),
    cost public.finite not null,
    proceeds public.finite not null,
    gain public.finite not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (lot_id, execution_id),
    constraint lot_closures_gain check (gain = proceeds - cost)
);
create index lot_closures_execution_id_idx on public.lot_closures (execution_id);
create index lot_closures_account_id_idx on public.lot_closures (account_id, security_id, recorded_at);
