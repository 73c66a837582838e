-- What protects money where it is real. `financebuy up` writes the values from its own settings at each start.
insert into public.platform_settings (name, value, description, updated_at)
values
('paper', 'false', 'Whether the money is play money: then customers may pay themselves in.', now()),
(
    'withdrawal_wait', '24 hours',
    'How long a new bank account, and a new or changed second factor, waits before money leaves by it.', now()
),
(
    'staff_for_customers', 'read',
    'What the staff makes for customers: read (keys that read alone, no bank accounts) or any.', now()
),
(
    'deposit_approval_from', '10000',
    'From this amount on, in any currency, a deposit that a person enters needs a second operator; or never.', now()
);

-- Facts say who brought them: signatures change, and what is made anew must not stand beside the old.
-- squawk-ignore ban-drop-function
drop function if exists fb.deposit_received(
    text[], text[], text[], text[], uuid[], numeric[], text[], timestamptz[], date[], boolean
);
-- squawk-ignore ban-drop-function
drop function if exists fb.withdrawal_settled(text[], text[], text[], uuid[], text[], timestamptz[], boolean);
-- squawk-ignore ban-drop-function
drop function if exists fb.withdrawal_returned(text[], text[], text[], uuid[], text[], timestamptz[], boolean);
-- squawk-ignore ban-drop-function
drop function if exists fb.shares_received(
    text[], text[], text[], text[], uuid[], uuid[], numeric[], numeric[], timestamptz[], timestamptz[], boolean
);
-- squawk-ignore ban-drop-function
drop function if exists fb.corporate_action(
    text[], text[], text[], text[], text[], uuid[], date[], date[], date[], integer[], integer[], numeric[], numeric[],
    numeric[], text[], timestamptz[], boolean
);
-- squawk-ignore ban-drop-function
drop function if exists fb.exchange_rate(
    text[], text[], text[], text[], text[], text[], numeric[], timestamptz[], boolean
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.post_deposits(
    uuid[], text[], text[], text[], text[], text[], text[], uuid[], numeric[], text[], timestamptz[], date[]
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.withdrawal_fact(
    text, text[], text[], text[], uuid[], text[], timestamptz[], boolean
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.withdrawal_wave(
    text, integer, integer[], uuid[], text[], text[], text[], text[], uuid[], text[], timestamptz[]
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.receive_shares(
    uuid, text, text, text, text, text, uuid, uuid, numeric, numeric, timestamptz, timestamptz
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.post_contrary(
    public.transactions, text, uuid, uuid, text, text, text, timestamptz, timestamptz
);
-- squawk-ignore ban-drop-function
drop function if exists fb_private.reverse(uuid, uuid, text, text, text);
