-- Lots by the owner's method, shares that arrive in kind, and every corporate action. The tables that this changes are
-- small, so locking them for a moment is no harm.
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation
-- squawk-ignore-file ban-drop-function, ban-drop-constraint

alter table public.accounts
add column lot_method text not null default 'fifo' check (lot_method in ('fifo', 'lifo', 'highest_cost')),
add column reinvest_dividends boolean not null default false;
comment on column public.accounts.lot_method is 'Which lots a sell closes first, unless its order says otherwise.';
comment on column public.accounts.reinvest_dividends is 'Whether a dividend buys shares where its action has a price.';

alter table public.orders
add column lot_method text check (lot_method in ('fifo', 'lifo', 'highest_cost')),
add column placed_as jsonb;
comment on column public.orders.lot_method is 'Which lots this sell closes first. NULL: as its account says.';
comment on column public.orders.placed_as is
'The answer to its placing, kept when a split or a choice of lots has changed its terms.';

-- The lots that the owner chose for a sell, in this order, before its method chooses.
create table public.order_lots (
    order_id uuid not null references public.orders (order_id),
    lot_id uuid not null references public.lots (lot_id),
    account_id uuid not null references public.accounts (account_id),
    position smallint not null check (position > 0),
    quantity public.finite not null check (quantity > 0),
    closed_quantity public.finite not null default 0 check (closed_quantity between 0 and quantity),
    primary key (order_id, lot_id)
);
create index order_lots_lot_id_idx on public.order_lots (lot_id);
create index order_lots_account_id_idx on public.order_lots (account_id);

-- A lot that a split replaces ends too, but nobody sold it: its cost goes on in the new one.
alter table public.lot_closures
add column kind text not null default 'sale' check (kind in ('sale', 'carried', 'cash_in_lieu', 'merger'));
comment on column public.lot_closures.kind is 'carried: the cost goes on in the lot of a split; no gain but for dust.';

-- Who told us of shares that came without a trade. One reference, one effect, for ever.
create table public.share_receipts (
    receipt_id uuid primary key,
    account_id uuid not null references public.accounts (account_id),
    security_id uuid not null references public.securities (security_id),
    custodian text not null check (length(custodian) between 1 and 64),
    custodian_reference text not null check (length(custodian_reference) between 1 and 100),
    quantity public.finite not null check (quantity > 0),
    cost public.finite not null check (cost >= 0),
    acquired_at timestamptz not null,
    lot_id uuid,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    command_id uuid not null,
    constraint share_receipts_custodian_key unique (custodian, custodian_reference)
);
create index share_receipts_account_id_idx on public.share_receipts (account_id);
create index share_receipts_security_id_idx on public.share_receipts (security_id);
comment on column public.share_receipts.lot_id is 'The lot they opened. NULL: no such account; they are in suspense.';

alter table public.corporate_actions
add column record_date date,
add column pay_date date check (pay_date >= ex_date),
add column cash_per_share public.finite check (cash_per_share > 0),
add column withholding_rate public.finite not null default 0 check (withholding_rate between 0 and 1),
add column reinvest_price public.finite check (reinvest_price > 0),
add column new_symbol text check (new_symbol ~ '^[A-Z0-9][A-Z0-9./ -]{0,31}$'),
add column old_symbol text,
drop constraint corporate_actions_state_check,
add constraint corporate_actions_state_check check (state in ('announced', 'entitled', 'applied', 'blocked')),
add constraint corporate_actions_terms check (
    case kind
        when 'cash_dividend' then cash_per_share is not null and pay_date is not null
        when 'cash_merger' then cash_per_share is not null
        when 'symbol_change' then new_symbol is not null
        else new_shares <> old_shares
    end
);
comment on column public.corporate_actions.cash_per_share is
'A dividend or a merger: money for a share. A split: money for a whole new share, which fractions are paid out at.';
comment on column public.corporate_actions.reinvest_price is 'What a dividend buys a share at, where it is reinvested.';
comment on column public.corporate_actions.state is
'announced, then (a dividend) entitled: who gets how much is fixed; applied. blocked: needs a person.';
create index corporate_actions_open_idx on public.corporate_actions (ex_date)
where state in ('announced', 'entitled');

alter table public.entitlements
add column state text not null default 'applied' check (state in ('pending', 'applied')),
add column gross public.finite not null default 0,
add column withheld public.finite not null default 0 check (withheld >= 0),
add column cash public.finite not null default 0,
add column reinvested_quantity public.finite not null default 0 check (reinvested_quantity >= 0),
add column reinvested_amount public.finite not null default 0 check (reinvested_amount >= 0),
add column paid_at timestamptz,
add constraint entitlements_pending check (
    state = 'applied' or (transaction_id is null and paid_at is null and reinvested_quantity = 0)
);
create index entitlements_pending_idx on public.entitlements (action_id, account_id) where state = 'pending';
comment on column public.entitlements.cash is 'What the account gets: gross less withheld; negative for shares owed.';

-- A split changes what an open order says, not where it stands.
insert into public.order_transitions (from_status, to_status)
values ('accepted', 'accepted'), ('new', 'new')
on conflict do nothing;

drop function if exists fb.announce_split(text, text, uuid, date, integer, integer, timestamptz);
drop function if exists fb.apply_split(uuid, integer);
drop function if exists fb_private.split_holdings(public.corporate_actions, uuid[], timestamptz);
drop function if exists fb_private.post_action(
    public.corporate_actions, text, text, uuid[], numeric[], numeric[], numeric[], numeric[], jsonb[]
);
