-- The tables that the plan has for a deposit, to the letter: no key that finds a repeat, one entry instead of two that
-- sum to zero, no audit, no row-level security, no partitions, no holds, no outbox, random ids. They still have the
-- plan's foreign keys, its unique reference and its indexes. What FinanceBuy costs more is the price of its safety.
create schema if not exists fb_bare;

create table if not exists fb_bare.users (
    user_id uuid primary key default gen_random_uuid(),
    email varchar(255) unique not null,
    password_hash varchar(255) not null,
    first_name varchar(100),
    last_name varchar(100),
    phone varchar(20),
    kyc_status varchar(20) default 'pending',
    created_at timestamp default current_timestamp,
    updated_at timestamp default current_timestamp,
    is_active boolean default true
);

create table if not exists fb_bare.accounts (
    account_id uuid primary key default gen_random_uuid(),
    user_id uuid references fb_bare.users (user_id),
    account_type varchar(50) not null,
    account_number varchar(50) unique not null,
    balance decimal(18, 2) default 0.00,
    currency varchar(3) default 'USD',
    status varchar(20) default 'active',
    created_at timestamp default current_timestamp,
    updated_at timestamp default current_timestamp
);

create table if not exists fb_bare.transactions (
    transaction_id uuid primary key default gen_random_uuid(),
    account_id uuid references fb_bare.accounts (account_id),
    transaction_type varchar(20) not null,
    amount decimal(18, 2) not null,
    currency varchar(3) default 'USD',
    status varchar(20) default 'pending',
    description text,
    reference_number varchar(100) unique,
    executed_at timestamp,
    created_at timestamp default current_timestamp,
    constraint check_amount check (amount > 0)
);

create index if not exists idx_users_email on fb_bare.users (email);
create index if not exists idx_accounts_user_id on fb_bare.accounts (user_id);
create index if not exists idx_transactions_account_id on fb_bare.transactions (account_id);
create index if not exists idx_transactions_created_at on fb_bare.transactions (created_at desc);

-- One deposit a call.
create or replace function fb_bare.deposit(p_account_id uuid, p_amount numeric, p_reference text) returns uuid
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    update fb_bare.accounts as a
    set balance = a.balance + p_amount, updated_at = current_timestamp
    where a.account_id = p_account_id;
    insert into fb_bare.transactions (
        account_id, transaction_type, amount, status, reference_number, executed_at
    )
    values (p_account_id, 'deposit', p_amount, 'completed', p_reference, current_timestamp)
    returning transaction_id into v_id;
    return v_id;
end
$$;

-- A batch a call, in one statement. Accounts are updated as they come: two such batches at once could deadlock, which
-- the product's lock in order prevents.
create or replace function fb_bare.deposits(p_account_id uuid[], p_amount numeric[], p_reference text[])
returns setof uuid
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    with given as (
        select i.account_id, i.amount, i.reference
        from unnest(p_account_id, p_amount, p_reference) as i (account_id, amount, reference)
    ),

    booked as (
        update fb_bare.accounts as a
        set balance = a.balance + s.amount, updated_at = current_timestamp
        from (select g.account_id, sum(g.amount) as amount from given as g group by g.account_id) as s
        where a.account_id = s.account_id
    )

    insert into fb_bare.transactions (
        account_id, transaction_type, amount, status, reference_number, executed_at
    )
    select g.account_id, 'deposit', g.amount, 'completed', g.reference, current_timestamp
    from given as g
    returning transaction_id;
end
$$;
