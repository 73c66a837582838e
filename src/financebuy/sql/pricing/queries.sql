-- Market data, which is everybody's.

-- name: securities
-- Of two with one symbol, the one that trades comes first.
select
    s.security_id, s.symbol, s.exchange, s.name, s.security_type, s.currency, s.isin, s.figi, s.sector, s.country,
    s.status, s.tradable, s.fractionable, s.price_scale, a.scale as quantity_scale
from public.securities as s
inner join public.assets as a on a.asset_id = s.security_id
order by s.symbol asc, s.status = 'active' desc, s.tradable desc, s.exchange asc;

-- name: quotes
select
    p.security_id, s.symbol, p.session_date, p.bid, p.ask, p.last, p.bid_size, p.ask_size, p.volume, p.previous_close,
    p.quote_seq, p.quoted_at, p.simulated
from public.security_prices as p
inner join public.securities as s on s.security_id = p.security_id
where p.security_id = any(%(security_ids)s);

-- name: bars_oldest_first
-- No bar of a day that the market has not closed: its history is known here, but it is still the market's future.
select b.session_date, b.starts_at, b.open, b.high, b.low, b.close, b.volume, b.source
from public.price_bars as b
where
    b.security_id = %(security_id)s
    and b.timeframe = '1Day'
    and (%(start)s::date is null or b.session_date >= %(start)s)
    and (%(end)s::date is null or b.session_date <= %(end)s)
    and not exists (
        select 1 from public.market_clock as c
        where b.session_date > c.session_date or (b.session_date = c.session_date and c.phase = 'open')
    )
order by b.starts_at
limit %(limit)s;

-- name: bars_newest_first
select b.session_date, b.starts_at, b.open, b.high, b.low, b.close, b.volume, b.source
from public.price_bars as b
where
    b.security_id = %(security_id)s
    and b.timeframe = '1Day'
    and (%(start)s::date is null or b.session_date >= %(start)s)
    and (%(end)s::date is null or b.session_date <= %(end)s)
    and not exists (
        select 1 from public.market_clock as c
        where b.session_date > c.session_date or (b.session_date = c.session_date and c.phase = 'open')
    )
order by b.starts_at desc
limit %(limit)s;

-- name: clock
select
    c.mode, c.market_time, c.phase, c.session_date, c.next_session_date, c.quote_seq,
    following.opens_at as next_open,
    case when c.phase = 'open' then today.closes_at else following.closes_at end as next_close
from public.market_clock as c
left join public.market_sessions as today on today.exchange = %(exchange)s and today.session_date = c.session_date
left join public.market_sessions as following
    on following.exchange = %(exchange)s and following.session_date = c.next_session_date;

-- name: sessions
select m.session_date, m.opens_at, m.closes_at, m.half_day, m.settles_on
from public.market_sessions as m
where
    m.exchange = %(exchange)s
    and (%(start)s::date is null or m.session_date >= %(start)s)
    and (%(end)s::date is null or m.session_date <= %(end)s)
order by m.session_date
limit %(limit)s;

-- name: search
-- Every word must be the beginning of a word of the symbol, the name or the ISIN. The symbol itself comes first.
with wanted as (
    select string_agg(quote_literal(w.lexeme) || ':*', ' & ')::tsquery as words
    from unnest(to_tsvector('simple', %(text)s)) as w
)

select
    s.security_id, s.symbol, s.exchange, s.name, s.security_type, s.currency, s.isin, s.figi, s.sector, s.country,
    s.status, s.tradable, s.fractionable, s.price_scale, a.scale as quantity_scale
from public.securities as s
inner join public.assets as a on a.asset_id = s.security_id
cross join wanted as q
where s.search @@ q.words
order by
    s.symbol = upper(trim(%(text)s)) desc, s.tradable desc, ts_rank(s.search, q.words) desc, s.symbol asc,
    s.exchange asc
limit %(limit)s;
