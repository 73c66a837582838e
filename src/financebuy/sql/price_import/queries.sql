-- A file of daily bars, as fb_worker: its lines are copied into a table of this transaction alone, since COPY FROM does
-- not run under row security; all are judged at once; what is good goes into price_bars by an INSERT, which does.
-- None of these looks at more of price_bars than the securities and days that the file is about.

-- name: create_lines
-- A line that could not be read has its `problem`, and neither symbol nor figures: so it is nobody's duplicate. `given`
-- is the text of one whose values, written out again, would not be just that.
create temporary table price_lines (
    line bigint not null,
    symbol text,
    session_date date,
    open numeric,
    high numeric,
    low numeric,
    close numeric,
    volume numeric,
    problem text,
    given text
) on commit drop;

-- name: copy_lines
copy price_lines (line, symbol, session_date, open, high, low, close, volume, problem, given)
from stdin with (format csv);

-- name: judge_lines
-- Each line with the first reason why it cannot be taken; `stands` says that there is a bar of that day, `known` that
-- it is just this one.
create temporary table judged_lines on commit drop as
with listed as (
    -- Of two with one symbol, the one that trades comes first, as everywhere.
    select distinct on (s.symbol) s.symbol, s.security_id
    from public.securities as s
    order by s.symbol asc, s.status = 'active' desc, s.tradable desc, s.exchange asc
),

calendar as materialized (
    select
        m.session_date, m.session_date::timestamp at time zone 'America/New_York' as starts_at,
        row_number() over (order by m.session_date) as session_number
    from public.market_sessions as m
    where m.exchange = %(exchange)s
),

ends as materialized (
    select min(c.session_date) as first_day, max(c.session_date) as last_day
    from calendar as c
),

repeated as (
    select l.symbol, l.session_date, min(l.line) as line
    from price_lines as l
    group by l.symbol, l.session_date
    having count(*) > 1
),

spans as (
    select
        l.symbol, min(l.session_date)::timestamp at time zone 'America/New_York' as first_start,
        max(l.session_date)::timestamp at time zone 'America/New_York' as last_start
    from price_lines as l
    group by l.symbol
),

standing as (
    select i.symbol, p.starts_at, p.open, p.high, p.low, p.close, p.volume
    from spans as s
    inner join listed as i on s.symbol = i.symbol
    cross join lateral (
        select b.starts_at, b.open, b.high, b.low, b.close, b.volume
        from public.price_bars as b
        where
            b.security_id = i.security_id and b.timeframe = '1Day'
            and b.starts_at between s.first_start and s.last_start
        order by b.starts_at
        offset 0 -- one look into the index a security: nobody has counted yet what is in price_lines
    ) as p
)

select
    l.line, i.security_id, l.session_date, c.starts_at, c.session_number, l.open, l.high, l.low, l.close, l.volume,
    p.starts_at is not null as stands,
    coalesce((p.open, p.high, p.low, p.close, p.volume) = (l.open, l.high, l.low, l.close, l.volume), false) as known,
    case
        when l.problem is not null then l.problem
        when i.security_id is null then 'unknown_symbol'
        when least(l.open, l.high, l.low, l.close) <= 0 or l.volume < 0 then 'negative'
        when greatest(l.open, l.high, l.low, l.close, l.volume) >= 1e15 then 'out_of_range'
        when
            greatest(min_scale(l.open), min_scale(l.high), min_scale(l.low), min_scale(l.close)) > 9
            or min_scale(l.volume) > 0
            then 'excess_scale'
        when l.low > least(l.open, l.close) or l.high < greatest(l.open, l.close) then 'inconsistent'
        when l.session_date not between e.first_day and e.last_day or e.first_day is null then 'outside_calendar'
        when c.starts_at is null then 'not_a_trading_day'
        when l.line > r.line then 'duplicate'
        when
            not %(replace)s and p.starts_at is not null
            and (p.open, p.high, p.low, p.close, p.volume) <> (l.open, l.high, l.low, l.close, l.volume)
            then 'differs'
    end as problem
from price_lines as l
cross join ends as e
left join listed as i on l.symbol = i.symbol
left join calendar as c on l.session_date = c.session_date
left join repeated as r on l.symbol = r.symbol and l.session_date = r.session_date
left join standing as p on l.symbol = p.symbol and c.starts_at = p.starts_at;

-- name: counts
-- `holes` says that some security has fewer lines than there were trading days from its first to its last.
with tally as (
    select
        count(*) as lines, count(*) filter (where j.problem is null) as good,
        count(*) filter (where j.problem is null and not j.stands) as added,
        count(*) filter (where j.problem is null and j.known) as unchanged,
        max(j.session_number) filter (where j.problem is null)
        - min(j.session_number) filter (where j.problem is null) + 1 as sessions
    from judged_lines as j
    group by j.security_id
)

select
    coalesce(sum(t.lines), 0)::bigint as lines, coalesce(sum(t.lines - t.good), 0)::bigint as refused,
    coalesce(sum(t.added), 0)::bigint as added,
    coalesce(sum(t.good - t.added - t.unchanged), 0)::bigint as replaced,
    coalesce(sum(t.unchanged), 0)::bigint as unchanged, coalesce(bool_or(t.good < t.sessions), false) as holes
from tally as t;

-- name: refused_lines
select
    l.line, j.problem,
    coalesce(
        l.given,
        concat_ws(',', l.symbol, to_char(l.session_date, 'YYYY-MM-DD'), l.open, l.high, l.low, l.close, l.volume)
    ) as given
from judged_lines as j
inner join price_lines as l on j.line = l.line
where j.problem is not null
order by l.line;

-- name: open_trading
-- A security without any history could not be traded; its first prices change that. One that an operator has closed
-- has history, and stays closed.
update public.securities as s
set tradable = true, updated_at = now()
where
    not s.tradable
    and s.security_id in (select j.security_id from judged_lines as j where j.problem is null)
    and not exists (select 1 from public.price_bars as p where p.security_id = s.security_id)
returning s.symbol;

-- name: insert_bars
-- A bar that was not there when the lines were judged, and is now, fails it: they are judged again.
insert into public.price_bars (
    security_id, timeframe, starts_at, session_date, open, high, low, close, volume, source
)
select
    j.security_id, '1Day', j.starts_at, j.session_date, j.open, j.high, j.low, j.close, j.volume, %(source)s
from judged_lines as j
where j.problem is null and not j.stands;

-- name: replace_bars
update public.price_bars as p
set open = j.open, high = j.high, low = j.low, close = j.close, volume = j.volume, source = %(source)s
from judged_lines as j
where
    j.problem is null and j.stands and not j.known
    and p.security_id = j.security_id and p.timeframe = '1Day' and p.starts_at = j.starts_at;

-- name: gaps
-- Trading days without a bar between the first and the last day that the file has of a security, run by run.
with spans as (
    select j.security_id, min(j.session_date) as first_day, max(j.session_date) as last_day
    from judged_lines as j
    where j.problem is null
    group by j.security_id
    having count(*) <= max(j.session_number) - min(j.session_number)
),

calendar as (
    select
        m.session_date, m.session_date::timestamp at time zone 'America/New_York' as starts_at,
        row_number() over (order by m.session_date) as session_number
    from public.market_sessions as m
    where m.exchange = %(exchange)s
),

missing as (
    select
        s.security_id, c.session_date,
        c.session_number - row_number() over (partition by s.security_id order by c.session_date) as run
    from spans as s
    inner join calendar as c on c.session_date between s.first_day and s.last_day
    where
        not exists (
            select 1 from judged_lines as j
            where j.problem is null and j.security_id = s.security_id and j.session_date = c.session_date
        )
        and not exists (
            select 1 from public.price_bars as p
            where p.security_id = s.security_id and p.timeframe = '1Day' and p.starts_at = c.starts_at
        )
)

select s.symbol, min(m.session_date) as first_day, max(m.session_date) as last_day, count(*)::integer as sessions
from missing as m
inner join public.securities as s on m.security_id = s.security_id
group by s.symbol, m.security_id, m.run
order by s.symbol, first_day;

-- name: note_import
select fb.note_import(%(source)s, %(lines)s, %(saved)s, %(refused)s, %(replaced)s);
