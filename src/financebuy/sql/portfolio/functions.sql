-- What an account is worth is read often, and by one statement: cash and shares of one moment, so that a fill is in
-- both or in neither. It takes the identity itself, which spares a transaction around it, and being a function it keeps
-- its plan. It has no rights of its own: row security narrows it to the caller, as any read.
create or replace function fb.portfolio_of(p_identity text, p_account_id uuid)
returns table (
    account_id uuid, account_number text, currency text, status text, event_seq bigint, updated_at timestamptz,
    cash numeric, held numeric, unsettled numeric, buying_power numeric, withdrawable numeric, security_id uuid,
    symbol text, money_scale integer, quantity numeric, total_cost numeric, realized_gain numeric, price numeric,
    previous_close numeric
)
language plpgsql volatile
rows 10
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    if coalesce(p_identity, '') = '' then
        raise exception 'identity_invalid' using errcode = 'invalid_authorization_specification';
    end if;
    perform set_config('fb.identity', p_identity, true);
    return query
    select
        a.account_id, a.account_number, a.currency, a.status, a.event_seq, a.updated_at,
        round(a.balance, m.scale), round(a.held, m.scale), round(a.unsettled, m.scale), round(a.balance - a.held, m.scale),
        round(greatest(a.balance - a.held - a.unsettled, 0), m.scale), h.security_id, s.symbol, k.scale::integer,
        trim_scale(h.quantity), round(h.total_cost, k.scale), round(h.realized_gain, k.scale), p.last::numeric,
        p.previous_close::numeric
    from public.accounts as a
    inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
    left join (
        public.holdings as h
        inner join public.securities as s on s.security_id = h.security_id
        inner join public.assets as k on k.kind = 'currency' and k.code = s.currency
        left join public.security_prices as p on p.security_id = h.security_id
    ) on h.account_id = a.account_id
    where a.account_id = p_account_id and a.balance is not null
    order by s.symbol, s.exchange;
end
$$;
comment on function fb.portfolio_of(text, uuid) is
'An account with all that it ever held at the latest prices, a row a holding, for whom a signed identity lets see it.';
