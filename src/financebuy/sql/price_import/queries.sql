-- A file of daily bars, as fb_worker: its lines are copied into a table of this transaction alone, since COPY FROM does
-- not run under row security; each is judged; what is good goes into price_bars by an INSERT, which does.

-- name: create_lines
create temporary table price_lines (
    line bigint not null,
    symbol text,
    session_date date,
    date_text text,
    open text,
    high text,
    low text,
    close text,
    volume text
) on commit drop;

-- name: copy_lines
copy price_lines (line, symbol, session_date, date_text, open, high, low, close, volume) from stdin;

-- name: judge_lines
-- Each line with the first reason why it cannot be taken; `known` says that just this bar stands already.
create temporary table judged_lines on commit drop as
with numbers as (
    select
        l.line, upper(trim(l.symbol)) as symbol, l.session_date,
        concat_ws(',', l.symbol, l.date_text, l.open, l.high, l.low, l.close, l.volume) as given,
        case
            when trim(l.symbol) is null or trim(l.symbol) = '' then 'missing_symbol'
            when l.session_date is null then 'invalid_date'
            when exists (
                select 1 from unnest(array[l.open, l.high, l.low, l.close, l.volume]) as n (digits)
                where
                    n.digits is null
                    or n.digits !~ '^\s*[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,2})?\s*$'
            ) then 'invalid_number'
        end as problem,
        l.open, l.high, l.low, l.close, l.volume
    from price_lines as l
),

bars as (
    select
        n.line, n.symbol, n.session_date, n.given, n.problem,
        case when n.problem is null then n.open::numeric end as open,
        case when n.problem is null then n.high::numeric end as high,
        case when n.problem is null then n.low::numeric end as low,
        case when n.problem is null then n.close::numeric end as close,
        case when n.problem is null then n.volume::numeric end as volume
    from numbers as n
),

listed as (
    -- Of two with one symbol, the one that trades comes first, as everywhere.
    select distinct on (s.symbol) s.symbol, s.security_id
    from public.securities as s
    order by s.symbol asc, s.status = 'active' desc, s.tradable desc, s.exchange asc
),

calendar as (
    select min(m.session_date) as first_day, max(m.session_date) as last_day
    from public.market_sessions as m
    where m.exchange = %(exchange)s
)

select
    b.line, b.symbol, b.session_date, b.given, i.security_id, b.open, b.high, b.low, b.close,
    b.volume::bigint as volume,
    b.session_date::timestamp at time zone 'America/New_York' as starts_at,
    coalesce((p.open, p.high, p.low, p.close, p.volume) = (b.open, b.high, b.low, b.close, b.volume), false) as known,
    coalesce(
        b.problem,
        case
            when i.security_id is null then 'unknown_symbol'
            when least(b.open, b.high, b.low, b.close) <= 0 or b.volume < 0 then 'negative'
            when greatest(b.open, b.high, b.low, b.close, b.volume) >= 1e15 then 'out_of_range'
            when
                greatest(scale(trim_scale(b.open)), scale(trim_scale(b.high)), scale(trim_scale(b.low)),
                scale(trim_scale(b.close))) > 9 or b.volume <> trunc(b.volume)
                then 'excess_scale'
            when b.low > least(b.open, b.close) or b.high < greatest(b.open, b.close) then 'inconsistent'
            when b.session_date not between c.first_day and c.last_day or c.first_day is null then 'outside_calendar'
            when m.session_date is null then 'not_a_trading_day'
            when row_number() over (
                partition by b.problem is null, i.security_id, b.session_date order by b.line
            ) > 1 then 'duplicate'
            when
                not %(replace)s
                and (p.open, p.high, p.low, p.close, p.volume)
                is distinct from (b.open, b.high, b.low, b.close, b.volume)
                and p.security_id is not null
                then 'differs'
        end
    ) as problem
from bars as b
cross join calendar as c
left join listed as i on b.symbol = i.symbol
left join public.market_sessions as m
    on m.exchange = %(exchange)s and b.session_date = m.session_date
left join public.price_bars as p
    on
        i.security_id = p.security_id
        and p.timeframe = '1Day'
        and p.starts_at = b.session_date::timestamp at time zone 'America/New_York';

-- name: refused_lines
select j.line, j.problem, j.given
from judged_lines as j
where j.problem is not null
order by j.line;

-- name: open_trading
-- A security without any history could not be traded; its first prices change that. One that an operator has closed
-- has history, and stays closed.
update public.securities as s
set tradable = true, updated_at = now()
where
    not s.tradable
    and exists (select 1 from judged_lines as j where j.security_id = s.security_id and j.problem is null)
    and not exists (select 1 from public.price_bars as p where p.security_id = s.security_id)
returning s.symbol;

-- name: save_bars
insert into public.price_bars as p (
    security_id, timeframe, starts_at, session_date, open, high, low, close, volume, source
)
select
    j.security_id, '1Day', j.starts_at, j.session_date, j.open, j.high, j.low, j.close, j.volume, %(source)s
from judged_lines as j
where j.problem is null and not j.known
on conflict (security_id, timeframe, starts_at) do update
    set
        open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        volume = excluded.volume, source = excluded.source;

-- name: gaps
-- Trading days without a bar between the first and the last day that the file has of a security, run by run.
with spans as (
    select j.security_id, j.symbol, min(j.session_date) as first_day, max(j.session_date) as last_day
    from judged_lines as j
    where j.problem is null
    group by j.security_id, j.symbol
),

days as (
    select s.symbol, s.security_id, m.session_date, row_number() over one_security as day_number
    from spans as s
    inner join public.market_sessions as m
        on m.exchange = %(exchange)s and m.session_date between s.first_day and s.last_day
    window one_security as (partition by s.security_id order by m.session_date)
),

missing as (
    select
        d.symbol, d.session_date,
        d.day_number - row_number() over (partition by d.security_id order by d.session_date) as run
    from days as d
    where not exists (
        select 1 from public.price_bars as p
        where
            p.security_id = d.security_id and p.timeframe = '1Day'
            and p.starts_at = d.session_date::timestamp at time zone 'America/New_York'
    )
)

select m.symbol, min(m.session_date) as first_day, max(m.session_date) as last_day, count(*)::integer as sessions
from missing as m
group by m.symbol, m.run
order by m.symbol, first_day;

-- name: counts
select
    count(*) as lines,
    count(*) filter (where j.problem is null and not j.known) as saved,
    count(*) filter (where j.problem is null and j.known) as unchanged
from judged_lines as j;

-- name: note_import
select fb.note_import(%(source)s, %(lines)s, %(saved)s, %(refused)s, %(replaced)s);
