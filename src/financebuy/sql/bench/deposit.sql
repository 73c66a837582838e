-- One deposit a call, written by hand for one: the rows that fb.deposit_received writes for a deposit on an open
-- account, in as few statements as it takes, without arrays and without what only batches need. Its owner bypasses
-- row-level security, which the product's functions do not: the rival is never slower for a safety that it lacks.
create or replace function fb_bench.deposit(
    p_bank text, p_bank_reference text, p_account_id uuid, p_amount numeric, p_currency text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account public.accounts;
    v_asset_id uuid;
    v_id uuid := fb_private.uuid7();
    v_transaction_id uuid := fb_private.uuid7();
    v_now timestamptz;
    v_effective_at timestamptz := fb_private.market_time();
begin
    select a.* into v_account from public.accounts as a
    where a.account_id = p_account_id and a.house_code is null
    for no key update;
    if not found or v_account.status = 'closed' or v_account.currency <> p_currency then
        raise exception 'no open account % in %', p_account_id, p_currency;
    end if;
    select c.asset_id into v_asset_id from public.assets as c
    where c.kind = 'currency' and c.code = p_currency and min_scale(p_amount) <= c.scale and p_amount > 0;
    if not found then
        raise exception 'no amount of %: %', p_currency, p_amount;
    end if;
    v_now := greatest(clock_timestamp(), v_account.last_recorded_at);

    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    values (
        'bank:' || p_bank, p_bank_reference, 'deposit_received',
        sha256(convert_to(row(p_account_id, trim_scale(p_amount), p_currency, null::date)::text, 'UTF8')), v_id, v_now
    )
    on conflict do nothing;
    if not found then
        return 'replay';
    end if;
    insert into public.transfers (
        transfer_id, account_id, direction, amount, currency, state, bank, bank_reference, command_id, requested_at,
        updated_at, effective_at
    )
    values (
        v_id, p_account_id, 'incoming', p_amount, p_currency, 'settled', p_bank, p_bank_reference, v_id, v_now, v_now,
        v_effective_at
    );
    insert into public.transactions (
        transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
        event_id, transfer_id, command_id, actor, origin
    )
    values (
        v_transaction_id, v_now, v_effective_at, p_account_id, 'deposit', p_amount, p_currency, p_bank_reference, v_id,
        v_id, v_id, 'bank:' || p_bank, 'bench'
    );
    insert into public.entries (
        transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
    )
    values
    (v_transaction_id, 1, p_account_id, v_asset_id, p_amount, v_account.version + 1, v_now, v_effective_at),
    (
        v_transaction_id, 2, fb_private.house('bank', p_currency), v_asset_id, -p_amount, null, v_now, v_effective_at
    );
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        p_account_id, v_account.event_seq + 1, 'deposit.received',
        jsonb_build_object('transfer_id', v_id, 'amount', p_amount::text, 'currency', p_currency), v_id, v_now,
        v_effective_at
    );
    update public.accounts as a
    set
        balance = a.balance + p_amount, version = a.version + 1, event_seq = a.event_seq + 1, last_recorded_at = v_now,
        updated_at = v_now
    where a.account_id = p_account_id;
    return 'accepted';
end
$$;
