-- What pgledger's interface looks like to one who calls it, with next to nothing behind it: the names and signatures
-- that the bench relies on. The ledger itself is not ours to keep here.
create table ledger_accounts (
    id text primary key default 'account_' || gen_random_uuid(),
    name text not null,
    currency text not null,
    balance numeric not null default 0
);
create table ledger_transfers (
    id text primary key default 'transfer_' || gen_random_uuid(),
    from_account_id text not null references ledger_accounts (id),
    to_account_id text not null references ledger_accounts (id),
    amount numeric not null check (amount > 0 and from_account_id <> to_account_id)
);
create type transfer_request as (from_account_id text, to_account_id text, amount numeric);

create function pgledger_create_account(
    name text, currency text, allow_negative_balance boolean default true,
    allow_positive_balance boolean default true, metadata jsonb default null
) returns setof ledger_accounts
begin atomic
    insert into ledger_accounts (name, currency) values ($1, $2) returning *;
end;

create function pgledger_create_transfers(
    transfer_requests transfer_request [], event_at timestamptz default null, metadata jsonb default null
) returns setof ledger_transfers
language plpgsql as $$
declare
    v transfer_request;
begin
    perform 1 from ledger_accounts as a
    where a.id in (select unnest(array[r.from_account_id, r.to_account_id]) from unnest(transfer_requests) as r)
    order by a.id
    for update;
    foreach v in array transfer_requests loop
        update ledger_accounts as a
        set balance = a.balance + case a.id when v.to_account_id then v.amount else -v.amount end
        where a.id in (v.from_account_id, v.to_account_id);
        return query insert into ledger_transfers (from_account_id, to_account_id, amount)
        values (v.from_account_id, v.to_account_id, v.amount)
        returning *;
    end loop;
end
$$;

create function pgledger_create_transfers(variadic transfer_requests transfer_request [])
returns setof ledger_transfers
language plpgsql as $$
begin
    return query select * from pgledger_create_transfers(transfer_requests, null);
end
$$;

create function pgledger_create_transfer(
    from_account_id text, to_account_id text, amount numeric, event_at timestamptz default null,
    metadata jsonb default null
) returns setof ledger_transfers
language plpgsql as $$
begin
    return query select * from pgledger_create_transfers(array[($1, $2, $3)::transfer_request], event_at);
end
$$;
