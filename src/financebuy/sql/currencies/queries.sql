-- Currencies and the rates between them: everybody's.

-- name: currencies
select a.code, a.scale
from public.assets as a
where a.kind = 'currency'
order by a.code;

-- name: rates
-- Newest first, in market time.
select
    r.rate_id, r.provider, r.provider_rate_id, r.base, r.quote, r.rate, r.effective_at, r.recorded_at
from public.exchange_rates as r
where
    (%(base)s::text is null or r.base = %(base)s)
    and (%(quote)s::text is null or r.quote = %(quote)s)
order by r.effective_at desc, r.rate_id desc
limit %(limit)s;
