-- Instruments, prices and the exchange's time.
create table public.securities (
    security_id uuid primary key references public.assets (asset_id),
    exchange text not null check (length(exchange) between 1 and 16),
    symbol text not null check (symbol ~ '^[A-Z0-9][A-Z0-9./ -]{0,31}$'),
    name text not null check (length(name) between 1 and 255),
    security_type text not null check (security_type in ('stock', 'bond', 'etf', 'mutual_fund', 'option')),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    isin text check (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
    figi text check (figi ~ '^[A-Z0-9]{12}$'),
    sector text,
    country text,
    status text not null default 'active' check (status in ('active', 'inactive')),
    tradable boolean not null default false,
    fractionable boolean not null default true,
    price_scale smallint not null default 4 check (price_scale between 0 and 9),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- The same symbol may be listed on two exchanges.
    constraint securities_exchange_symbol_key unique (exchange, symbol)
);
create index securities_symbol_idx on public.securities (symbol);
create index securities_isin_idx on public.securities (isin) where isin is not null;

-- The latest quote, once a security: a tick rewrites one row, not one per holder.
create table public.security_prices (
    security_id uuid primary key references public.securities (security_id),
    session_date date not null,
    bid public.finite check (bid > 0),
    ask public.finite check (ask > 0),
    last public.finite not null check (last > 0),
    bid_size bigint check (bid_size >= 0),
    ask_size bigint check (ask_size >= 0),
    volume bigint not null default 0 check (volume >= 0),
    previous_close public.finite check (previous_close > 0),
    quote_seq bigint not null,
    quoted_at timestamptz not null,
    simulated boolean not null,
    recorded_at timestamptz not null,
    constraint security_prices_not_crossed check (bid <= ask)
) with (fillfactor = 50);

create table public.price_bars (
    security_id uuid not null references public.securities (security_id),
    timeframe text not null check (timeframe in ('1Min', '5Min', '15Min', '1Hour', '1Day')),
    starts_at timestamptz not null,
    session_date date not null,
    open public.finite not null check (open > 0),
    high public.finite not null,
    low public.finite not null check (low > 0),
    close public.finite not null check (close > 0),
    volume bigint not null check (volume >= 0),
    source text not null,
    primary key (security_id, timeframe, starts_at),
    constraint price_bars_range check (low <= least(open, close) and high >= greatest(open, close))
) partition by range (starts_at);
create index price_bars_starts_at_brin on public.price_bars using brin (starts_at);
create table public.price_bars_default partition of public.price_bars default;

create table public.market_sessions (
    exchange text not null,
    session_date date not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    half_day boolean not null,
    settles_on date not null,
    primary key (exchange, session_date),
    constraint market_sessions_order check (opens_at < closes_at and settles_on > session_date)
);

create table public.market_clock (
    only_row boolean primary key default true check (only_row),
    mode text not null check (mode in ('replay', 'live')),
    market_time timestamptz not null,
    phase text not null check (phase in ('open', 'closed', 'finished')),
    session_date date not null,
    next_session_date date,
    quote_seq bigint not null default 0,
    updated_at timestamptz not null
) with (fillfactor = 10);

create table public.market_control (
    only_row boolean primary key default true check (only_row),
    paused boolean not null default false,
    days_per_minute public.finite default 1 check (days_per_minute > 0),
    steps_requested bigint not null default 0,
    steps_taken bigint not null default 0,
    updated_at timestamptz not null
);
comment on column public.market_control.days_per_minute is 'Trading days a minute of wall time; NULL is real time.';

create table public.session_progress (
    session_date date primary key,
    opened_at timestamptz not null,
    closed_at timestamptz,
    settled_at timestamptz
);
