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
);
