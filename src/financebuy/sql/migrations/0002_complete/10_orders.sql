-- Stop orders, auctions, orders at once or not at all, and orders that replace one another.

-- The signatures have changed; functions are made anew after every migration, by the same transaction.
-- squawk-ignore ban-drop-function
drop function if exists fb.place_order(
    text[], text[], text[], text[], uuid[], uuid[], text[], text[], text[], text[], numeric[], numeric[], numeric[],
    boolean
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.place_order_wave(
    integer, integer[], uuid[], text[], text[], text[], uuid[], text[], text[], uuid[], text[], text[], uuid[], uuid[],
    text[], text[], text[], text[], numeric[], numeric[], numeric[]
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.order_problem(text, text, text, text, text, numeric, numeric, numeric);

alter table public.orders
add column carried_quantity public.finite not null default 0,
add column carried_gross public.finite not null default 0,
add column carried_fees public.finite not null default 0,
add column triggered_at timestamptz;
comment on column public.orders.carried_quantity is
'Filled by the orders that this one replaced; filled_quantity is its own. Together they are at most its quantity.';
comment on column public.orders.carried_gross is 'filled_gross of the orders that this one replaced.';
comment on column public.orders.carried_fees is 'fees of the orders that this one replaced: a chain pays as one order.';
comment on column public.orders.triggered_at is 'Market time at which the last price reached the stop price.';
comment on column public.orders.replaces is
'The order that this one is to replace. Until the venue answers it waits, and the other holds for both.';
comment on column public.orders.replaced_by is
'The order that replaces this one, or is to while this is pending_replace.';

-- Checked at once: the migration has the table to itself, and one that is half checked would be worth nothing.
alter table public.orders
-- squawk-ignore ban-drop-constraint
drop constraint orders_not_overfilled,
-- squawk-ignore constraint-missing-not-valid
add constraint orders_not_overfilled check (
    -- What a replaced order fills late counts for the last of its chain, which may be for more.
    quantity is null or status = 'replaced' or carried_quantity + filled_quantity <= quantity
),
-- squawk-ignore constraint-missing-not-valid
add constraint orders_carried check (
    carried_quantity >= 0 and carried_gross >= 0 and carried_fees >= 0
    and (replaces is not null or carried_quantity = 0)
),
-- squawk-ignore constraint-missing-not-valid
add constraint orders_replaced_by check (
    (status in ('pending_replace', 'replaced')) = (replaced_by is not null)
),
-- squawk-ignore constraint-missing-not-valid
add constraint orders_triggered check (triggered_at is null or stop_price is not null);

alter table public.order_events
-- squawk-ignore ban-drop-constraint
drop constraint order_events_event_check,
-- squawk-ignore constraint-missing-not-valid
add constraint order_events_event_check check (
    event in (
        'placed', 'acknowledged', 'rejected', 'cancel_requested', 'canceled', 'cancel_rejected', 'expired',
        'fill', 'partial_fill', 'corporate_action', 'replace_requested', 'replaced', 'replace_rejected', 'triggered'
    )
);

insert into public.order_transitions (from_status, to_status)
values
('accepted', 'pending_replace'), ('new', 'pending_replace'), ('partially_filled', 'pending_replace'),
('pending_replace', 'pending_replace'), ('pending_replace', 'replaced'), ('pending_replace', 'accepted'),
('pending_replace', 'new'), ('pending_replace', 'partially_filled'), ('pending_replace', 'filled'),
('pending_replace', 'canceled'), ('pending_replace', 'expired'), ('pending_replace', 'rejected'),
-- A fill that was on its way when the order was replaced.
('replaced', 'replaced'),
-- A stop that is reached changes nothing but what the order waits for.
('accepted', 'accepted'), ('new', 'new');
