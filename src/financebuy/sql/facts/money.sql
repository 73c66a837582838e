-- Money that is taken back: by the bank, which is never refused, and by an operator, who is where it would overdraw.

create or replace function fb.deposit_returned(
    p_keys text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_keys), 0);
    v_transfer_ids uuid[];
    v_busy uuid[];
    v_actors text[];
    v_hashes bytea[];
    v_ids uuid[];
    v_states text[];
    v_codes text[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins), cardinality(p_banks),
        cardinality(p_bank_references), cardinality(p_reasons), cardinality(p_effective_at)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_transfer_ids := array(
        select t.transfer_id
        from unnest(p_banks, p_bank_references) with ordinality as i (bank, bank_reference, ordinal)
        left join public.transfers as t
            on fb_private.digest(t.direction || ':' || t.bank, t.bank_reference)
                = fb_private.digest('incoming:' || i.bank, i.bank_reference)
                and t.bank = i.bank and t.direction = 'incoming' and t.bank_reference = i.bank_reference
        order by i.ordinal
    );
    v_busy := fb_private.lock_accounts(
        array(select t.account_id from public.transfers as t where t.transfer_id = any (v_transfer_ids)), p_skip_locked
    );
    -- What is in suspense has no account's lock.
    perform 1 from public.transfers as t
    where t.transfer_id = any (v_transfer_ids) and t.account_id <> all (v_busy)
    order by t.transfer_id
    for no key update;

    select
        array_agg('bank:' || i.bank order by i.ordinal),
        array_agg(
            case
                when t.account_id = any (v_busy) then 'account_busy'
                when i.bank is null then 'required:bank'
                when length(i.bank) not between 1 and 64 then 'out_of_range:bank'
                when i.key is null then 'required:key'
                when length(i.key) not between 1 and 240 then 'out_of_range:key'
                when i.bank_reference is null then 'required:bank_reference'
                when length(i.bank_reference) not between 1 and 100 then 'out_of_range:bank_reference'
                when length(i.reason) > 100 then 'out_of_range:reason'
            end
            order by i.ordinal
        ),
        array_agg(sha256(convert_to(row(i.bank_reference, i.reason)::text, 'UTF8')) order by i.ordinal)
    into v_actors, v_codes, v_hashes
    from unnest(p_keys, p_banks, p_bank_references, p_reasons, v_transfer_ids)
        with ordinality as i (key, bank, bank_reference, reason, transfer_id, ordinal)
    left join public.transfers as t on t.transfer_id = i.transfer_id;
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    select c.p_ids, c.states into v_ids, v_states
    from fb_private.claim('deposit_returned', v_actors, p_keys, v_hashes, fb_private.new_ids(v_count)) as c;

    for n in 1..v_count loop
        continue when v_states[n] is distinct from 'claimed';
        perform fb_private.return_deposit(
            v_ids[n], v_transfer_ids[n], v_actors[n], p_request_ids[n], p_origins[n], p_bank_references[n], p_reasons[n],
            p_effective_at[n]
        );
    end loop;
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when v.outcome = 'accepted' then jsonb_build_object(
                'transfer_id', v_transfer_ids[v.ordinal], 'account_id', t.account_id
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join public.transfers as t on t.transfer_id = v_transfer_ids[v.ordinal]
    order by v.ordinal;
end
$$;
comment on function fb.deposit_returned(
    text[], text[], text[], text[], text[], text[], timestamptz[], boolean
) is 'The bank takes payments back, named by the references they came with, also when the money is spent.';

create or replace function fb_private.return_deposit(
    p_id uuid, p_transfer_id uuid, p_actor text, p_request_id text, p_origin text, p_bank_reference text, p_reason text,
    p_effective_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_transfer public.transfers;
    v_transaction public.transactions;
    v_detail jsonb;
    v_effective_at timestamptz := coalesce(p_effective_at, fb_private.market_time());
    v_recorded_at timestamptz;
    v_event_seq bigint;
begin
    select t.* into v_transfer from public.transfers as t where t.transfer_id = p_transfer_id;
    select t.* into v_transaction from public.transactions as t
    where t.account_id = v_transfer.account_id and t.recorded_at = v_transfer.requested_at
        and t.transfer_id = p_transfer_id and t.transaction_type = 'deposit';
    v_recorded_at := greatest(
        clock_timestamp(),
        (select a.last_recorded_at from public.accounts as a where a.account_id = v_transfer.account_id)
    );
    v_detail := jsonb_build_object(
        'fact', 'deposit_returned', 'bank_reference', p_bank_reference, 'reason', p_reason,
        'transfer_id', p_transfer_id, 'state', v_transfer.state, 'amount', v_transfer.amount::text
    );
    if v_transfer.state is distinct from 'settled' or v_transaction.transaction_id is null then
        perform fb_private.raise_exception_row(
            case when v_transfer.transfer_id is null then 'unknown_transfer' else 'unexpected_state' end,
            v_transfer.account_id, null, p_id, v_detail, v_recorded_at
        );
        return;
    end if;

    perform fb_private.post_contrary(
        v_transaction, 'deposit_return', p_id, null, p_actor, p_request_id, p_origin, v_effective_at, v_recorded_at
    );
    perform fb_private.undo_settlements(v_transfer.account_id, null, p_transfer_id, p_id, v_recorded_at);
    update public.transfers as t
    set state = 'returned', reason = p_reason, updated_at = v_recorded_at
    where t.transfer_id = p_transfer_id;
    update public.accounts as a
    set event_seq = a.event_seq + 1, last_recorded_at = v_recorded_at, updated_at = v_recorded_at
    where a.account_id = v_transfer.account_id and a.balance is not null
    returning a.event_seq into v_event_seq;
    if v_event_seq is not null then
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        values (
            v_transfer.account_id, v_event_seq, 'deposit.returned',
            jsonb_build_object(
                'transfer_id', p_transfer_id, 'amount', v_transfer.amount::text, 'currency', v_transfer.currency,
                'reason', p_reason
            ),
            p_id, v_recorded_at, v_effective_at
        );
    end if;
    perform fb_private.tell_of_deficits(v_transfer.account_id, null, null, p_id, v_detail, v_recorded_at);
end
$$;

-- The transactions of the business event that a transaction belongs to: a transfer between accounts is two. They are
-- looked for by account, as there is an index of; by event alone it would be every transaction of months.
create or replace function fb_private.event_transactions(p_transaction_id uuid) returns setof public.transactions
language sql stable
as $$
    select n.* from public.transactions as t
    cross join lateral (
        select t.account_id
        union
        select unnest(array[m.account_id, m.target_account_id]) from public.account_transfers as m
        where m.transfer_id = t.event_id
    ) as sides
    inner join public.transactions as n
        on n.account_id = sides.account_id and n.event_id = t.event_id
            and n.recorded_at between t.recorded_at - interval '1 hour' and t.recorded_at + interval '1 hour'
    where t.transaction_id = p_transaction_id
    order by n.account_id, n.transaction_id
$$;

-- Why a transaction cannot be reversed; NULL when it can. Trades, actions and settlements are undone by facts of
-- theirs; shares that were received may have been sold, split or bought out since. Both sides of a transfer or a
-- conversion are reversed, by the amounts of then: a rate that has moved since is nobody's gain.
create or replace function fb_private.why_not_reverse(p_transaction_id uuid) returns text
language sql stable
as $$
    select case
        when count(t.transaction_id) = 0 then 'transaction_not_found:transaction_id'
        when bool_or(
            t.transaction_type not in ('deposit', 'withdrawal', 'fee', 'transfer', 'conversion', 'adjustment')
            or s.receipt_id is not null
        ) then 'not_reversible:transaction_id'
        when bool_or(r.reversed_id is not null or x.state in ('returned', 'refunded')) then 'already_reversed:transaction_id'
        when bool_or(a.status = 'closed') then 'account_not_active:account_id'
        when bool_or(a.balance is not null and e.delta < 0 and a.balance - a.held + e.delta < 0)
            then 'insufficient_buying_power'
    end
    from fb_private.event_transactions(p_transaction_id) as t
    inner join public.accounts as a on a.account_id = t.account_id
    left join public.reversals as r on r.reversed_id = t.transaction_id
    left join public.transfers as x on x.transfer_id = t.transfer_id
    left join public.share_receipts as s on s.receipt_id = t.event_id
    left join lateral (
        select -sum(n.amount) as delta from public.entries as n
        where n.transaction_id = t.transaction_id and n.recorded_at = t.recorded_at and n.account_id = t.account_id
    ) as e on true
$$;

-- The contrary of a transaction and of those it is joined with. The accounts are locked and nothing speaks against it.
create or replace function fb_private.reverse(
    p_id uuid, p_transaction_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text
) returns jsonb
language plpgsql
as $$
declare
    v_now timestamptz;
    v_effective_at timestamptz := fb_private.market_time();
    v_transaction public.transactions;
    v_reversing_id uuid;
    v_event_seq bigint;
    v_result jsonb := '[]';
begin
    for v_transaction in select t.* from fb_private.event_transactions(p_transaction_id) as t
    loop
        v_now := greatest(
            clock_timestamp(),
            (select a.last_recorded_at from public.accounts as a where a.account_id = v_transaction.account_id)
        );
        v_reversing_id := fb_private.post_contrary(
            v_transaction, 'reversal', p_id, null, p_actor, p_request_id, p_origin, v_effective_at, v_now, p_key_id
        );
        if v_transaction.transfer_id is not null then
            perform fb_private.undo_settlements(v_transaction.account_id, null, v_transaction.transfer_id, p_id, v_now);
            update public.transfers as t
            set
                state = case t.direction when 'incoming' then 'returned' else 'refunded' end, reason = 'reversed',
                updated_at = v_now
            where t.transfer_id = v_transaction.transfer_id;
        end if;
        update public.accounts as a
        set event_seq = a.event_seq + 1, last_recorded_at = v_now, updated_at = v_now
        where a.account_id = v_transaction.account_id and a.balance is not null
        returning a.event_seq into v_event_seq;
        if found then
            insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
            values (
                v_transaction.account_id, v_event_seq, 'transaction.reversed',
                jsonb_build_object(
                    'transaction_id', v_transaction.transaction_id, 'reversing_id', v_reversing_id,
                    'amount', v_transaction.amount::text, 'currency', v_transaction.currency
                ),
                p_id, v_now, v_effective_at
            );
        end if;
        v_result := v_result || jsonb_build_object(
            'transaction_id', v_transaction.transaction_id, 'reversing_id', v_reversing_id,
            'account_id', v_transaction.account_id
        );
    end loop;
    return jsonb_build_object('reversed', v_result);
end
$$;
